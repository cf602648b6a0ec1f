package dev.gimbal.knowledge.core.answers;

import dev.gimbal.gateway.api.ChatRequest;
import dev.gimbal.gateway.api.ChatResult;
import dev.gimbal.gateway.api.Gateway;
import dev.gimbal.gateway.api.GatewayException;
import dev.gimbal.gateway.api.Usage;
import dev.gimbal.platform.text.Languages;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.ToDoubleBiFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Lets a model write an answer from passages and passes on what of it cites them. Thread-safe;
/// blocks.
public final class Writing {
  private static final Logger LOG = LoggerFactory.getLogger(Writing.class);
  private static final int CODE_BYTES = 9;

  private final Gateway gateway;
  private final SecureRandom random = new SecureRandom();

  /// @param gateway where models are
  public Writing(Gateway gateway) {
    this.gateway = gateway;
  }

  /// What came of it.
  sealed interface Outcome permits Written, NoAnswer, Failed {}

  /// An answer.
  ///
  /// @param claims by each passage's number what the answer says by it
  /// @param unsupported sentences that were left out because what they cite does not say so
  record Written(String text, Map<Integer, List<String>> claims, Usage usage, int unsupported)
      implements Outcome {}

  /// The model says that the passages do not answer.
  record NoAnswer() implements Outcome {}

  /// No model answered, or nothing of what it wrote rests on the passages.
  record Failed(String reason) implements Outcome {}

  /// Writes. What passes goes to the listener as it comes; of an outcome that failed with nothing
  /// passed, nothing went out.
  ///
  /// @param similarity of a sentence to a passage, -1 to 1; NaN if it is not known
  Outcome write(
      AnswerSettings settings,
      Answering.Asked asked,
      List<Evidence> best,
      ToDoubleBiFunction<String, Evidence> similarity) {
    List<Evidence> handed = within(best, settings.maxCharacters());
    ClaimCheck claims = new ClaimCheck(handed, asked.question(), similarity);
    CitationCheck check =
        new CitationCheck(handed.size(), claims::supported, asked.listener()::text);
    StringBuilder raw = new StringBuilder();
    try {
      ChatResult result =
          gateway.chat(
              asked.principal(),
              request(settings, asked, handed),
              piece -> {
                raw.append(piece);
                check.text(piece);
              });
      check.end();
      return outcome(raw.toString(), check, asked, result.usage());
    } catch (GatewayException e) {
      LOG.warn("no model wrote an answer, so it is quoted: {}", e.getMessage());
      // What went out already is not taken back: it cites passages.
      return check.claims().isEmpty()
          ? new Failed(e.errorCode().code())
          : written(check, asked, Usage.UNKNOWN);
    }
  }

  private static Outcome outcome(
      String raw, CitationCheck check, Answering.Asked asked, Usage usage) {
    if (!check.claims().isEmpty()) {
      return written(check, asked, usage);
    }
    if (raw.strip().startsWith(Prompt.NO_ANSWER)) {
      return new NoAnswer();
    }
    LOG.warn("of a written answer nothing cites a passage that says so, so it is quoted");
    return new Failed(check.unsupported() > 0 ? "claims_unsupported" : "citations_missing");
  }

  /// What passed; and if sentences are missing, that they are.
  private static Written written(CitationCheck check, Answering.Asked asked, Usage usage) {
    String text = check.passed();
    int left = check.unsupported();
    if (left > 0) {
      String note = "\n\n" + note(asked.question(), left);
      asked.listener().text(note);
      text += note;
    }
    return new Written(text, check.claims(), usage, left);
  }

  private static String note(String question, int left) {
    if (Languages.of(question).equals(Languages.CHINESE)) {
      return "（有 " + left + " 句话与所引段落不符，已略去。）";
    }
    return left == 1
        ? "(One sentence was left out: the passages that it cited do not say so.)"
        : "(" + left + " sentences were left out: the passages that they cited do not say so.)";
  }

  private ChatRequest request(
      AnswerSettings settings, Answering.Asked asked, List<Evidence> handed) {
    byte[] code = new byte[CODE_BYTES];
    random.nextBytes(code);
    return new ChatRequest(
        Objects.requireNonNull(settings.model()),
        Prompt.messages(handed, asked.earlier(), asked.question(), HexFormat.of().formatHex(code)),
        settings.maxTokens(),
        0.0,
        Duration.ofSeconds(settings.deadlineSeconds()),
        asked.request().parent());
  }

  private static List<Evidence> within(List<Evidence> best, int mostCharacters) {
    List<Evidence> handed = new ArrayList<>();
    int length = 0;
    for (Evidence passage : best) {
      length += passage.text().length();
      if (!handed.isEmpty() && length > mostCharacters) {
        break;
      }
      handed.add(passage);
    }
    return handed;
  }
}
