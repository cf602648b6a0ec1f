package dev.gimbal.gateway.dialect.gemini;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gimbal.gateway.dialect.DialectException;
import dev.gimbal.gateway.dialect.ModelAnswer;
import dev.gimbal.gateway.dialect.Part;
import dev.gimbal.gateway.dialect.TokenCount;
import dev.gimbal.gateway.dialect.TokenLogprob;
import org.jspecify.annotations.Nullable;

/// Writes whole answers and the chunks of streams, which have one form.
final class AnswerWriter {
  private AnswerWriter() {}

  static ObjectNode write(ModelAnswer answer) {
    ObjectNode body = chunk(answer.usage(), answer.model(), answer.id());
    ArrayNode candidates = Nodes.object().arrayNode();
    for (ModelAnswer.Choice choice : answer.choices()) {
      candidates.add(candidate(choice, candidates.size()));
    }
    return Nodes.object().<ObjectNode>set("candidates", candidates).setAll(body);
  }

  private static ObjectNode candidate(ModelAnswer.Choice answer, int number) {
    ArrayNode parts = Nodes.object().arrayNode();
    Part.@Nullable ToolCall malformed = null;
    for (Part part : answer.parts()) {
      switch (part) {
        case Part.Text text -> parts.add(PartNodes.text(text.text()));
        case Part.Refusal refusal -> parts.add(PartNodes.text(refusal.text()));
        case Part.Media media -> parts.add(PartNodes.media(media.source()));
        case Part.Thinking thinking -> PartNodes.thought(thinking, parts);
        case Part.HiddenThinking hidden -> parts.add(PartNodes.hidden(hidden));
        case Part.ToolCall call -> {
          ObjectNode arguments = Nodes.parseObject(call.arguments());
          if (arguments == null) {
            malformed = call;
          } else {
            parts.add(PartNodes.call(call.id(), call.name(), arguments, call.signature()));
          }
        }
        case Part.ToolResult result ->
            throw new DialectException(
                "tool result " + result.callId(), "must not be in an answer");
      }
    }
    End end =
        malformed == null
            ? new End(Stops.write(answer.stop()), null)
            : End.malformed(malformed.name());
    ObjectNode candidate = candidate(number, parts, end);
    Logprobs.write(TokenLogprob.of(answer.parts()), candidate);
    return candidate;
  }

  /// How an answer ends.
  ///
  /// @param message null: the reason says it all
  record End(String reason, @Nullable String message) {
    /// The vendor's way to say that the model wrote a call which is no JSON object.
    static End malformed(String name) {
      return new End(Stops.MALFORMED, "Malformed function call: " + name);
    }
  }

  /// @param number its `index`
  /// @param end null: it goes on
  static ObjectNode candidate(int number, ArrayNode parts, @Nullable End end) {
    ObjectNode candidate = Nodes.object();
    ObjectNode content = candidate.putObject("content");
    content.set("parts", parts);
    content.put("role", "model");
    if (end != null) {
      candidate.put("finishReason", end.reason());
      if (end.message() != null) {
        candidate.put("finishMessage", end.message());
      }
    }
    return candidate.put("index", number);
  }

  /// A chunk of one candidate.
  ///
  /// @param model empty: not said
  static ObjectNode chunk(
      ObjectNode candidate, @Nullable TokenCount usage, String model, @Nullable String id) {
    ObjectNode chunk = Nodes.object();
    chunk.putArray("candidates").add(candidate);
    return chunk.setAll(chunk(usage, model, id));
  }

  private static ObjectNode chunk(@Nullable TokenCount usage, String model, @Nullable String id) {
    ObjectNode chunk = Nodes.object();
    if (usage != null) {
      chunk.set("usageMetadata", Usage.write(usage));
    }
    if (!model.isEmpty()) {
      chunk.put("modelVersion", model);
    }
    if (id != null) {
      chunk.put("responseId", id);
    }
    return chunk;
  }
}
