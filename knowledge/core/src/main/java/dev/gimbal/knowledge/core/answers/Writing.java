package dev.gimbal.knowledge.core.answers;

import dev.gimbal.gateway.api.ChatRequest;
import dev.gimbal.gateway.api.ChatResult;
import dev.gimbal.gateway.api.Gateway;
import dev.gimbal.gateway.api.GatewayException;
import dev.gimbal.gateway.api.Usage;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
  record Written(String text, Map<Integer, List<String>> claims, Usage usage) implements Outcome {}

  /// The model says that the passages do not answer.
  record NoAnswer() implements Outcome {}

  /// No model answered, or nothing of what it wrote rests on the passages.
  record Failed(String reason) implements Outcome {}

  /// Writes. What passes goes to the listener as it comes; of an outcome that failed with nothing
  /// passed, nothing went out.
  Outcome write(AnswerSettings settings, Answering.Asked asked, List<Evidence> best) {
    List<Evidence> handed = within(best, settings.maxCharacters());
    CitationCheck check = new CitationCheck(handed.size(), asked.listener()::text);
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
      return outcome(raw.toString(), check, result.usage());
    } catch (GatewayException e) {
      LOG.warn("no model wrote an answer, so it is quoted: {}", e.getMessage());
      // What went out already is not taken back: it cites passages.
      return check.claims().isEmpty()
          ? new Failed(e.errorCode().code())
          : new Written(check.passed(), check.claims(), Usage.UNKNOWN);
    }
  }

  private static Outcome outcome(String raw, CitationCheck check, Usage usage) {
    if (!check.claims().isEmpty()) {
      return new Written(check.passed(), check.claims(), usage);
    }
    if (raw.strip().startsWith(Prompt.NO_ANSWER)) {
      return new NoAnswer();
    }
    LOG.warn("of a written answer nothing cites a passage, so it is quoted");
    return new Failed("citations_missing");
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
