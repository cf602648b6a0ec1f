package dev.gimbal.gateway.dialect.messages;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gimbal.gateway.dialect.DialectException;
import dev.gimbal.gateway.dialect.Leftover;
import dev.gimbal.gateway.dialect.Part;
import dev.gimbal.platform.json.Json;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads the blocks of a call's messages, in the order of the call: a result learns its tool's name
/// from the call before it. For one thread at a time.
final class BlockReader {
  private static final String BLOCKS = "a text or a list of blocks";

  private final List<Leftover> leftovers;
  private final Map<String, String> toolNames = new HashMap<>();
  private @Nullable String callSignature;

  BlockReader(List<Leftover> leftovers) {
    this.leftovers = leftovers;
  }

  /// A text, or a list of blocks.
  List<Part> content(@Nullable JsonNode content, String path) {
    if (content == null) {
      throw new DialectException(path, "is required: " + BLOCKS);
    }
    if (content.isTextual()) {
      return List.of(new Part.Text(content.textValue()));
    }
    if (!content.isArray()) {
      throw new DialectException(path, "must be " + BLOCKS);
    }
    List<Part> parts = new ArrayList<>();
    for (int i = 0; i < content.size(); i++) {
      Fields block = new Fields(content.get(i), path + "[" + i + "]");
      if (signsCall(content.get(i))) {
        continue;
      }
      Part part = block(block);
      if (part == null) {
        leftovers.add(new Leftover(block.path(), false));
      } else {
        block.rest(leftovers);
        parts.add(part);
      }
    }
    return parts;
  }

  /// Keeps the signature of the call behind a block that holds nothing else.
  private boolean signsCall(JsonNode block) {
    boolean redacted = block.path("type").asText().equals("redacted_thinking");
    String signature = redacted ? Hidden.callSignature(block.path("data").asText()) : null;
    if (signature != null) {
      callSignature = signature;
    }
    return signature != null;
  }

  /// Null: a block that says what no other dialect can.
  private @Nullable Part block(Fields block) {
    return switch (block.requiredText("type")) {
      case "text" ->
          new Part.Text(block.needless("citations").requiredText("text"), cacheMark(block));
      case "image" -> image(block);
      case "document" -> document(block);
      case "tool_use" -> toolUse(block);
      case "tool_result" -> toolResult(block);
      case "thinking" -> thinking(block.needless("cache_control"));
      case "redacted_thinking" -> Hidden.read(block.needless("cache_control").requiredText("data"));
      default -> null;
    };
  }

  Part.@Nullable CacheMark cacheMark(Fields of) {
    Fields mark = of.object("cache_control");
    if (mark == null) {
      return null;
    }
    if (!mark.requiredText("type").equals("ephemeral")) {
      throw new DialectException(mark.path("type"), "must be `ephemeral`");
    }
    Part.CacheMark read = new Part.CacheMark(mark.text("ttl"));
    mark.needless("scope").rest(leftovers);
    return read;
  }

  private @Nullable Part image(Fields block) {
    Fields source = source(block);
    Part.Source where = where(source);
    if (where == null) {
      return null;
    }
    source.rest(leftovers);
    return new Part.Media(Part.Media.Kind.IMAGE, where, null, null, cacheMark(block));
  }

  private @Nullable Part document(Fields block) {
    Fields source = source(block);
    Fields citations = block.object("citations");
    if (citations != null && Boolean.TRUE.equals(citations.flag("enabled"))) {
      leftovers.add(new Leftover(block.path("citations"), false));
    }
    String plain = plainText(source);
    if (plain != null) {
      source.rest(leftovers);
      block.needless("title");
      return new Part.Text(plain, cacheMark(block));
    }
    Part.Source where = where(source);
    if (where == null) {
      return null;
    }
    source.rest(leftovers);
    String title = block.text("title");
    return new Part.Media(Part.Media.Kind.FILE, where, title, null, cacheMark(block));
  }

  private static Fields source(Fields block) {
    Fields source = block.object("source");
    if (source == null) {
      throw new DialectException(block.path("source"), "is required");
    }
    return source;
  }

  // A document that is given as text is text to every model.
  private static @Nullable String plainText(Fields source) {
    String type = source.requiredText("type");
    if (type.equals("text")) {
      source.text("media_type");
      return source.requiredText("data");
    }
    JsonNode content = type.equals("content") ? source.take("content") : null;
    return content == null ? null : content.textValue();
  }

  private static Part.@Nullable Source where(Fields source) {
    return switch (source.requiredText("type")) {
      case "base64" ->
          new Part.Source.Inline(source.requiredText("media_type"), source.requiredText("data"));
      case "url" -> new Part.Source.Address(source.requiredText("url"), source.text("media_type"));
      case "file" -> new Part.Source.Stored(source.requiredText("file_id"));
      default -> null;
    };
  }

  private Part toolUse(Fields block) {
    String id = block.requiredText("id");
    String name = block.requiredText("name");
    JsonNode input = block.take("input");
    if (input == null || !input.isObject()) {
      throw new DialectException(block.path("input"), "must be an object");
    }
    toolNames.put(id, name);
    Fields caller = block.object("caller");
    if (caller != null && !caller.requiredText("type").equals("direct")) {
      leftovers.add(new Leftover(block.path("caller"), false));
    }
    String signature = callSignature;
    callSignature = null;
    return new Part.ToolCall(id, name, Json.write(input), signature, cacheMark(block));
  }

  private Part toolResult(Fields block) {
    String id = block.requiredText("tool_use_id");
    JsonNode content = block.take("content");
    List<Part> said = content == null ? List.of() : content(content, block.path("content"));
    boolean failed = Boolean.TRUE.equals(block.flag("is_error"));
    return new Part.ToolResult(id, toolNames.get(id), said, failed, cacheMark(block));
  }

  private static Part thinking(Fields block) {
    String signature = block.text("signature");
    return new Part.Thinking(
        block.requiredText("thinking"),
        signature == null || signature.isEmpty() ? null : signature);
  }
}
