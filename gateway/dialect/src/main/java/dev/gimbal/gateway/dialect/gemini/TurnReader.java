package dev.gimbal.gateway.dialect.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gimbal.gateway.dialect.DialectException;
import dev.gimbal.gateway.dialect.Leftover;
import dev.gimbal.gateway.dialect.ModelRequest.Role;
import dev.gimbal.gateway.dialect.ModelRequest.Turn;
import dev.gimbal.gateway.dialect.Part;
import dev.gimbal.platform.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Reads the contents of one call, in their order: a result is matched with the calls before it.
final class TurnReader {
  private static final Set<String> HARMLESS = Set.of("partMetadata", "mediaResolution");

  private final List<Leftover> leftovers;
  private final CallIds calls = new CallIds();

  TurnReader(List<Leftover> leftovers) {
    this.leftovers = leftovers;
  }

  List<Part> system(@Nullable Fields instruction) {
    if (instruction == null) {
      return List.of();
    }
    // Its role is read and meaningless.
    instruction.text("role");
    return parts(instruction);
  }

  Turn turn(Fields content) {
    @Nullable String said = content.text("role");
    Role role =
        switch (said == null ? "" : said.toLowerCase(Locale.ROOT)) {
          case "", "user", "function" -> Role.USER;
          case "model" -> Role.ASSISTANT;
          default -> throw content.wrong("role", "must be user or model");
        };
    return new Turn(role, parts(content));
  }

  private List<Part> parts(Fields content) {
    List<Part> parts = new ArrayList<>();
    content.objects("parts").forEach(part -> part(part, parts));
    content.leave(leftovers, Set.of());
    return parts;
  }

  private void part(Fields part, List<Part> to) {
    boolean thought = Boolean.TRUE.equals(part.flag("thought"));
    @Nullable String signature = part.text("thoughtSignature");
    @Nullable String text = part.text("text");
    @Nullable Fields inline = part.object("inlineData");
    @Nullable Fields file = part.object("fileData");
    @Nullable Fields call = part.object("functionCall");
    @Nullable Fields response = part.object("functionResponse");
    if (Stream.of(text, inline, file, call, response).filter(Objects::nonNull).count() > 1) {
      throw new DialectException(part.path(), "must hold one of text, media, call and response");
    }
    if (call != null) {
      to.add(call(call, Signatures.ofCall(signature)));
    } else if (response != null) {
      to.add(result(response));
    } else if (inline != null || file != null) {
      to.add(inline != null ? inline(inline, part) : file(Objects.requireNonNull(file), part));
      sign(signature, to);
    } else if (text != null || signature != null) {
      text(text == null ? "" : text, thought, signature, to);
    } else if (part.isEmpty()) {
      throw new DialectException(part.path(), "must hold text, media, a call or a response");
    }
    part.leave(leftovers, HARMLESS);
  }

  private static void text(
      String text, boolean thought, @Nullable String signature, List<Part> to) {
    Part.@Nullable HiddenThinking hidden = Signatures.unseal(signature);
    if (hidden != null) {
      to.add(hidden);
    } else if (thought) {
      to.add(new Part.Thinking(text, signature));
    } else {
      if (!text.isEmpty() || signature == null) {
        to.add(new Part.Text(text));
      }
      sign(signature, to);
    }
  }

  /// A signature on anything but a thought or a call stands behind it as a thought without text.
  private static void sign(@Nullable String signature, List<Part> to) {
    if (signature != null) {
      to.add(new Part.Thinking("", signature));
    }
  }

  private Part.ToolCall call(Fields call, @Nullable String signature) {
    String name = call.requiredText("name");
    JsonNode arguments = arguments(call, "args");
    String id = calls.called(call.text("id"), name);
    call.leave(leftovers, Set.of());
    return new Part.ToolCall(id, name, Json.write(arguments), signature, null);
  }

  private static JsonNode arguments(Fields of, String name) {
    JsonNode value = of.take(name);
    if (value == null) {
      return Nodes.object();
    }
    if (!value.isObject()) {
      throw of.wrong(name, "must be an object");
    }
    return value;
  }

  private Part.ToolResult result(Fields response) {
    String name = response.requiredText("name");
    String id = calls.answered(response, name);
    ResultText said = ResultText.read(arguments(response, "response"));
    List<Part> content = new ArrayList<>();
    if (!said.text().isEmpty()) {
      content.add(new Part.Text(said.text()));
    }
    response.objects("parts").forEach(part -> part(part, content));
    response.leave(leftovers, Set.of());
    return new Part.ToolResult(id, name, content, said.failed(), null);
  }

  private Part.Media inline(Fields inline, Fields part) {
    String type = inline.requiredText("mimeType");
    Part.Source source = new Part.Source.Inline(type, inline.requiredText("data"));
    return media(inline, part, Media.kind(type, ""), source);
  }

  private Part.Media file(Fields file, Fields part) {
    @Nullable String type = file.text("mimeType");
    String uri = file.requiredText("fileUri");
    return media(file, part, Media.kind(type, uri), Media.source(uri, type));
  }

  private Part.Media media(Fields data, Fields part, Part.Media.Kind kind, Part.Source source) {
    @Nullable String name = data.text("displayName");
    data.leave(leftovers, Set.of());
    return new Part.Media(kind, source, name, detail(part), null);
  }

  private @Nullable String detail(Fields part) {
    @Nullable Fields resolution = part.object("mediaResolution");
    @Nullable String level = resolution == null ? null : resolution.text("level");
    if (resolution == null || level == null) {
      return null;
    }
    return switch (level.toUpperCase(Locale.ROOT)) {
      case "MEDIA_RESOLUTION_LOW" -> "low";
      case "MEDIA_RESOLUTION_HIGH" -> "high";
      default -> {
        leftovers.add(new Leftover(resolution.path("level"), true));
        yield null;
      }
    };
  }
}
