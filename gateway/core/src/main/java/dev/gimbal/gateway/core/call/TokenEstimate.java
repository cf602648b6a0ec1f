package dev.gimbal.gateway.core.call;

import dev.gimbal.gateway.dialect.AnswerEvent;
import dev.gimbal.gateway.dialect.ModelAnswer;
import dev.gimbal.gateway.dialect.Part;
import dev.gimbal.gateway.dialect.TokenCount;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Stands in for the counts that a provider left out, for callers whose clients take no answer
/// without them. The answer has no place to say that they are estimates; the record says it. For
/// one answer, one thread at a time.
final class TokenEstimate {
  private final long prompt;
  private final Runnable made;
  private long said;
  private @Nullable TokenCount counted;

  /// @param prompt bytes of the call
  /// @param made told when an estimate goes into an answer
  TokenEstimate(long prompt, Runnable made) {
    this.prompt = prompt;
    this.made = made;
  }

  void heard(AnswerEvent event) {
    switch (event) {
      case AnswerEvent.TextPiece e -> add(e.text());
      case AnswerEvent.RefusalPiece e -> add(e.text());
      case AnswerEvent.ThinkingPiece e -> add(e.text());
      case AnswerEvent.ToolPiece e -> add(e.json());
      case AnswerEvent.Counted e ->
          counted = counted == null ? e.usage() : counted.updated(e.usage());
      case AnswerEvent.Further e -> heard(e.step());
      default -> {
        // says nothing that is counted
      }
    }
  }

  /// Counts with those that are lacking; null: none is.
  @Nullable TokenCount missing() {
    TokenCount known = counted;
    if (known != null && known.input() != null && known.output() != null) {
      return null;
    }
    made.run();
    // No answer is empty, and a zero would be read as a count.
    Long output = Accounting.tokensIn(Math.max(1, said));
    TokenCount estimate = new TokenCount(Accounting.tokensIn(prompt), null, null, output, null);
    return known == null ? estimate : estimate.updated(known);
  }

  /// The answer with what was lacking.
  ModelAnswer complete(ModelAnswer answer) {
    counted = answer.usage();
    answer.choices().forEach(choice -> choice.parts().forEach(this::heard));
    TokenCount usage = missing();
    return usage == null ? answer : answer.counted(usage);
  }

  private void heard(Part part) {
    switch (part) {
      case Part.Text text -> add(text.text());
      case Part.Refusal refusal -> add(refusal.text());
      case Part.Thinking thinking -> add(thinking.text());
      case Part.ToolCall call -> add(call.arguments());
      case Part.HiddenThinking ignored -> {
        // its length says nothing of tokens
      }
      case Part.Media ignored -> {
        // nor does a picture's
      }
      case Part.ToolResult ignored -> {
        // no part of an answer
      }
    }
  }

  private void add(String text) {
    said += text.getBytes(StandardCharsets.UTF_8).length;
  }
}
