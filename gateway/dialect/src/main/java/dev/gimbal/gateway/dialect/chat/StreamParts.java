package dev.gimbal.gateway.dialect.chat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gimbal.gateway.dialect.AnswerEvent;
import dev.gimbal.gateway.dialect.Part;
import dev.gimbal.gateway.dialect.TokenLogprob;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Numbers the parts of a stream that has no such numbers: whatever differs in kind from what was
/// said before it begins a new part.
final class StreamParts {
  private enum Open {
    NOTHING,
    TEXT,
    REFUSAL,
    THINKING,
    SIGNED,
    CALL
  }

  private final StreamCalls calls = new StreamCalls();
  private int next;
  private Open open = Open.NOTHING;
  private @Nullable Long thought;
  private boolean refused;

  /// @param id of the answer; null if it has none
  void of(@Nullable String id) {
    calls.of(id);
  }

  boolean none() {
    return next == 0 && !calls.any();
  }

  boolean calls() {
    return calls.any();
  }

  boolean refused() {
    return refused;
  }

  /// @param logprobs of the text's tokens; null: not told
  void delta(JsonNode delta, @Nullable JsonNode logprobs, Consumer<AnswerEvent> to) {
    thinking(delta, to);
    content(delta, TokenLogprob.read(logprobs), to);
    String refusal = Nodes.text(delta, "refusal");
    if (refusal != null) {
      refused = true;
      to.accept(new AnswerEvent.RefusalPiece(part(Open.REFUSAL, to), refusal));
    }
    media(delta, to);
    JsonNode tools = Nodes.list(delta, "tool_calls");
    if (tools != null && !tools.isEmpty()) {
      open = Open.CALL;
      next = calls.deltas(tools, next, to);
    }
  }

  private void media(JsonNode delta, Consumer<AnswerEvent> to) {
    if (delta.has("images") || delta.hasNonNull("audio")) {
      for (Part image : ContentReader.images(Fields.of(delta, "choices[0].delta"))) {
        begin(Open.NOTHING, to);
        to.accept(new AnswerEvent.MediaGiven(next - 1, (Part.Media) image));
      }
    }
  }

  private void content(JsonNode delta, List<TokenLogprob> logprobs, Consumer<AnswerEvent> to) {
    String content = Nodes.text(delta, "content");
    if (content != null) {
      to.accept(new AnswerEvent.TextPiece(part(Open.TEXT, to), content, logprobs));
    } else if (open == Open.TEXT && !logprobs.isEmpty()) {
      to.accept(new AnswerEvent.TextPiece(part(Open.TEXT, to), "", logprobs));
    }
    JsonNode pieces = Nodes.list(delta, "content");
    if (pieces == null) {
      return;
    }
    // Mistral's models that think send parts
    for (JsonNode piece : pieces) {
      String thinking = Thoughts.ofPart(piece);
      String text = Nodes.text(piece, "text");
      if (thinking != null) {
        piece(null, thinking, to);
      } else if (text != null) {
        to.accept(new AnswerEvent.TextPiece(part(Open.TEXT, to), text));
      }
    }
  }

  /// Hands on what was held of calls.
  void close(Consumer<AnswerEvent> to) {
    next = calls.close(next, to);
    open = Open.NOTHING;
  }

  private int part(Open kind, Consumer<AnswerEvent> to) {
    if (open != kind) {
      begin(kind, to);
    }
    return next - 1;
  }

  private void begin(Open kind, Consumer<AnswerEvent> to) {
    close(to);
    open = kind;
    thought = null;
    next++;
  }

  /// The details repeat the bare text, so that only one of them is heard.
  private void thinking(JsonNode delta, Consumer<AnswerEvent> to) {
    boolean told = false;
    JsonNode details = Nodes.list(delta, "reasoning_details");
    if (details != null) {
      for (JsonNode detail : details) {
        told |= detail(detail, to);
      }
    }
    if (told) {
      return;
    }
    String bare = Nodes.text(delta, "reasoning_content");
    if (bare == null) {
      bare = Nodes.text(delta, "reasoning");
    }
    if (bare != null) {
      piece(null, bare, to);
    }
  }

  /// Whether it said a text.
  private boolean detail(JsonNode detail, Consumer<AnswerEvent> to) {
    Long index = Nodes.whole(detail, "index");
    String type = Nodes.text(detail, "type");
    if (Thoughts.ENCRYPTED.equals(type)) {
      String data = Nodes.text(detail, "data");
      if (data != null) {
        begin(Open.NOTHING, to);
        to.accept(new AnswerEvent.HiddenThinking(next - 1, Nodes.text(detail, "id"), data));
      }
      return false;
    }
    String text = Nodes.text(detail, Thoughts.SUMMARY.equals(type) ? "summary" : "text");
    if (text != null) {
      piece(index, text, to);
    }
    String signature = Nodes.text(detail, "signature");
    if (signature != null) {
      sign(index, signature, to);
    }
    return text != null;
  }

  private void piece(@Nullable Long index, String text, Consumer<AnswerEvent> to) {
    if (open != Open.THINKING || another(index)) {
      begin(Open.THINKING, to);
    }
    thought = index == null ? thought : index;
    to.accept(new AnswerEvent.ThinkingPiece(next - 1, text));
  }

  private void sign(@Nullable Long index, String signature, Consumer<AnswerEvent> to) {
    if (open != Open.THINKING || another(index)) {
      begin(Open.THINKING, to);
    }
    thought = null;
    open = Open.SIGNED;
    to.accept(new AnswerEvent.ThinkingSigned(next - 1, signature));
  }

  private boolean another(@Nullable Long index) {
    return index != null && thought != null && !index.equals(thought);
  }
}
