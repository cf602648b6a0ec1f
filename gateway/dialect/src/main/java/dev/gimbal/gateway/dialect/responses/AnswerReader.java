package dev.gimbal.gateway.dialect.responses;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gimbal.gateway.dialect.DialectException;
import dev.gimbal.gateway.dialect.ModelAnswer;
import dev.gimbal.gateway.dialect.Part;
import dev.gimbal.gateway.dialect.TokenLogprob;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads a whole answer. For one use.
final class AnswerReader {
  private final List<Part> parts = new ArrayList<>();
  private @Nullable String callSignature;

  private AnswerReader() {}

  static ModelAnswer read(JsonNode body) {
    if (body.path("error").isObject()) {
      throw new DialectException("error", Errors.inStream(body.path("error")).message());
    }
    if (!body.path("output").isArray()) {
      throw new DialectException("output", "must be a list of items");
    }
    String status = Nodes.text(body, "status");
    if (status != null && !Nodes.COMPLETED.equals(status) && !Nodes.INCOMPLETE.equals(status)) {
      throw new DialectException("status", "must be completed or incomplete, but is " + status);
    }
    AnswerReader reader = new AnswerReader();
    body.path("output").forEach(reader::item);
    return reader.answer(body);
  }

  private ModelAnswer answer(JsonNode body) {
    boolean calls = parts.stream().anyMatch(part -> part instanceof Part.ToolCall);
    boolean refused = parts.stream().anyMatch(part -> part instanceof Part.Refusal);
    return new ModelAnswer(
        Nodes.text(body, "id"),
        Nodes.textOrEmpty(body, "model"),
        created(body),
        parts,
        Stops.read(body, calls, refused),
        Usage.read(body.get("usage")));
  }

  /// Seconds; some servers write them with a fraction.
  static @Nullable Long created(JsonNode response) {
    JsonNode created = response.path("created_at");
    return created.isNumber() ? created.longValue() : null;
  }

  private void item(JsonNode item) {
    switch (Nodes.textOrEmpty(item, "type")) {
      case "message" -> item.path("content").forEach(this::content);
      case "reasoning" -> reasoning(item);
      case "function_call" -> call(item);
      case Nodes.IMAGE -> {
        Part image = Nodes.image(item);
        if (image != null) {
          parts.add(image);
        }
      }
      default -> {
        // The vendor's own tools, which a translated call cannot ask for.
      }
    }
  }

  private void content(JsonNode part) {
    switch (Nodes.textOrEmpty(part, "type")) {
      case "output_text" -> text(part);
      case "refusal" -> parts.add(new Part.Refusal(Nodes.textOrEmpty(part, "refusal")));
      default -> {
        // A kind of content that this dialect did not have when this was written.
      }
    }
  }

  /// An empty text, as the vendor writes beside a tool of its own, says nothing; a stream of the
  /// same answer has no piece for it, and other dialects refuse it.
  private void text(JsonNode part) {
    String text = Nodes.textOrEmpty(part, "text");
    if (!text.isEmpty()) {
      parts.add(new Part.Text(text, null, TokenLogprob.read(part.get("logprobs"))));
    }
  }

  private void call(JsonNode item) {
    parts.add(
        new Part.ToolCall(
            Nodes.textOrEmpty(item, "call_id"),
            Nodes.textOrEmpty(item, "name"),
            Nodes.textOrEmpty(item, "arguments"),
            callSignature,
            null));
    callSignature = null;
  }

  private void reasoning(JsonNode item) {
    List<Part> thoughts = new ArrayList<>();
    for (JsonNode summary : item.path("summary")) {
      thoughts.add(new Part.Thinking(Nodes.textOrEmpty(summary, "text"), null));
    }
    for (JsonNode content : item.path("content")) {
      thoughts.add(new Part.Thinking(Nodes.textOrEmpty(content, "text"), null));
    }
    Sealed sealed = Sealed.read(Nodes.text(item, "encrypted_content"));
    if (sealed != null && sealed.kind() == Sealed.Kind.CALL) {
      callSignature = sealed.data();
    } else {
      Thoughts.seal(thoughts, Nodes.text(item, "id"), sealed);
    }
    parts.addAll(thoughts);
  }
}
