package dev.gimbal.gateway.dialect.messages;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gimbal.gateway.dialect.DialectException;
import dev.gimbal.gateway.dialect.Feature;
import dev.gimbal.gateway.dialect.Losses;
import dev.gimbal.gateway.dialect.Origin;
import dev.gimbal.gateway.dialect.Part;
import dev.gimbal.platform.json.Json;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Writes the parts of a call's turns as blocks. For one thread at a time.
final class BlockWriter {
  // Numbers in a tool's arguments keep their digits.
  private static final ObjectReader ARGUMENTS =
      Json.MAPPER
          .reader()
          .with(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .without(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES);

  private static final Pattern FORBIDDEN_IN_ID = Pattern.compile("[^a-zA-Z0-9_-]");

  private final Losses losses;

  BlockWriter(Losses losses) {
    this.losses = losses;
  }

  ArrayNode blocks(List<Part> parts) {
    ArrayNode blocks = JsonNodeFactory.instance.arrayNode();
    for (Part part : parts) {
      ObjectNode block = block(part);
      if (block != null) {
        mark(block, part.cache());
        blocks.add(block);
      }
    }
    return blocks;
  }

  /// Blocks in their shortest form: a lone text is its text.
  static JsonNode content(ArrayNode blocks) {
    JsonNode first = blocks.size() == 1 ? blocks.get(0) : null;
    return first != null && first.size() == 2 && first.path("type").asText().equals("text")
        ? first.get("text")
        : blocks;
  }

  static void mark(ObjectNode of, Part.@Nullable CacheMark mark) {
    if (mark == null) {
      return;
    }
    ObjectNode control = of.putObject("cache_control").put("type", "ephemeral");
    if (mark.lifetime() != null) {
      control.put("ttl", mark.lifetime());
    }
  }

  private @Nullable ObjectNode block(Part part) {
    return switch (part) {
      case Part.Text text -> text(text.text());
      case Part.Refusal refusal -> text(refusal.text());
      case Part.Media media -> media(media);
      case Part.ToolCall call -> toolUse(call);
      case Part.ToolResult result -> toolResult(result);
      case Part.Thinking thinking -> thinking(thinking);
      case Part.HiddenThinking hidden -> hidden(hidden);
    };
  }

  // The vendor refuses an empty text, which says nothing anyway.
  private static @Nullable ObjectNode text(String text) {
    return text.isEmpty() ? null : typed("text").put("text", text);
  }

  private @Nullable ObjectNode thinking(Part.Thinking thinking) {
    if (thinking.signature() == null) {
      // Only what the vendor signed itself may be shown to it again.
      losses.harmless(Feature.REASONING_REPLAY);
      return null;
    }
    return typed("thinking")
        .put("thinking", thinking.text())
        .put("signature", thinking.signature());
  }

  private @Nullable ObjectNode hidden(Part.HiddenThinking hidden) {
    if (hidden.data().startsWith(Origin.MARK)) {
      // Another provider's, which this one cannot read.
      losses.harmless(Feature.REASONING_REPLAY);
      return null;
    }
    return typed("redacted_thinking").put("data", hidden.data());
  }

  private @Nullable ObjectNode media(Part.Media media) {
    return switch (media.kind()) {
      case IMAGE -> image(media);
      case FILE -> document(media);
      case AUDIO -> lost(Feature.AUDIO);
      case VIDEO -> lost(Feature.VIDEO);
    };
  }

  private @Nullable ObjectNode lost(Feature feature) {
    losses.harmful(feature);
    return null;
  }

  private ObjectNode image(Part.Media image) {
    unsayable(image);
    if (image.name() != null) {
      losses.harmless(Feature.FILE_NAME);
    }
    return typed("image").set("source", source(image.source()));
  }

  private void unsayable(Part.Media media) {
    if (media.closely()) {
      losses.harmless(Feature.MEDIA_DETAIL);
    }
  }

  private @Nullable ObjectNode document(Part.Media file) {
    if (file.source() instanceof Part.Source.Inline inline
        && !inline.mimeType().equals("application/pdf")) {
      return lost(Feature.FILE);
    }
    unsayable(file);
    ObjectNode document = typed("document");
    document.set("source", source(file.source()));
    if (file.name() != null) {
      document.put("title", file.name());
    }
    return document;
  }

  private static ObjectNode source(Part.Source source) {
    return switch (source) {
      case Part.Source.Inline inline ->
          typed("base64").put("media_type", inline.mimeType()).put("data", inline.base64());
      case Part.Source.Address address -> typed("url").put("url", address.url());
      case Part.Source.Stored stored -> typed("file").put("file_id", stored.id());
    };
  }

  private ObjectNode toolUse(Part.ToolCall call) {
    if (call.signature() != null) {
      losses.harmless(Feature.REASONING_REPLAY);
    }
    ObjectNode use = typed("tool_use").put("id", id(call.id())).put("name", call.name());
    JsonNode input = arguments(call.arguments());
    if (input == null) {
      throw new DialectException(
          "arguments", "must be a JSON object in the tool call " + call.id());
    }
    return use.set("input", input);
  }

  /// Null: they are no JSON object.
  static @Nullable JsonNode arguments(String json) {
    if (json.isBlank()) {
      return JsonNodeFactory.instance.objectNode();
    }
    try {
      JsonNode arguments = ARGUMENTS.readTree(json);
      return arguments.isObject() ? arguments : null;
    } catch (JsonProcessingException e) {
      return null;
    }
  }

  private ObjectNode toolResult(Part.ToolResult result) {
    ObjectNode block = typed("tool_result").put("tool_use_id", id(result.callId()));
    ArrayNode content = blocks(result.content());
    if (!content.isEmpty()) {
      block.set("content", content(content));
    }
    if (result.failed()) {
      block.put("is_error", true);
    }
    return block;
  }

  // Some providers' ids have signs that the vendor refuses; call and result change alike.
  private static String id(String id) {
    return FORBIDDEN_IN_ID.matcher(id).replaceAll("_");
  }

  static ObjectNode typed(String type) {
    return JsonNodeFactory.instance.objectNode().put("type", type);
  }
}
