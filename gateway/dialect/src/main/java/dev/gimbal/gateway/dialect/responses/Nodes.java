package dev.gimbal.gateway.dialect.responses;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gimbal.gateway.dialect.DialectException;
import dev.gimbal.gateway.dialect.Part;
import dev.gimbal.gateway.dialect.TokenLogprob;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The items of this dialect and their pieces. An item of an answer has an id and a status, one of
/// a call has neither.
final class Nodes {
  static final String IN_PROGRESS = "in_progress";
  static final String COMPLETED = "completed";
  static final String INCOMPLETE = "incomplete";

  /// What a call includes to be told how likely the tokens of texts are.
  static final String LOGPROBS = "message.output_text.logprobs";

  /// The type of an item that is a picture.
  static final String IMAGE = "image_generation_call";

  private Nodes() {}

  static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  static ObjectNode typed(String type) {
    return object().put("type", type);
  }

  static ObjectNode item(String type, @Nullable String id, @Nullable String status) {
    ObjectNode item = typed(type);
    put(item, "id", id);
    put(item, "status", status);
    return item;
  }

  static ObjectNode call(@Nullable String id, @Nullable String status, String callId, String name) {
    return item("function_call", id, status).put("call_id", callId).put("name", name);
  }

  /// A piece of an answer's text.
  static ObjectNode outputText(String text, List<TokenLogprob> logprobs) {
    ObjectNode part = typed("output_text").put("text", text);
    part.putArray("annotations");
    return part.set("logprobs", TokenLogprob.write(logprobs));
  }

  static ObjectNode refusal(String text) {
    return typed("refusal").put("refusal", text);
  }

  static ObjectNode summary(String text) {
    return typed("summary_text").put("text", text);
  }

  static void put(ObjectNode node, String name, @Nullable String value) {
    if (value != null) {
      node.put(name, value);
    }
  }

  /// A picture that the model made, as the vendor's tool for them says it.
  ///
  /// @throws DialectException if it is no picture, or its bytes are elsewhere
  static ObjectNode image(@Nullable String id, Part.Media media) {
    if (media.kind() == Part.Media.Kind.IMAGE && media.source() instanceof Part.Source.Inline in) {
      String type = in.mimeType();
      return item(IMAGE, id, COMPLETED)
          .put("output_format", type.substring(type.indexOf('/') + 1))
          .put("result", in.base64());
    }
    throw new DialectException(
        "answer", "holds " + media.kind() + ", which cannot be said in this dialect");
  }

  /// Null: there is no picture in the item.
  static Part.@Nullable Media image(JsonNode item) {
    String base64 = text(item, "result");
    String format = text(item, "output_format");
    return base64 == null || base64.isEmpty() ? null : image(base64, format);
  }

  /// @param format null: the vendor's own
  static Part.Media image(String base64, @Nullable String format) {
    String type = "image/" + (format == null ? "png" : format);
    return new Part.Media(
        Part.Media.Kind.IMAGE, new Part.Source.Inline(type, base64), null, null, null);
  }

  /// A field's text; null if it has none.
  static @Nullable String text(JsonNode node, String name) {
    JsonNode value = node.get(name);
    return value == null || !value.isTextual() ? null : value.textValue();
  }

  /// A field's text; empty if it has none.
  static String textOrEmpty(JsonNode node, String name) {
    return node.path(name).asText();
  }
}
