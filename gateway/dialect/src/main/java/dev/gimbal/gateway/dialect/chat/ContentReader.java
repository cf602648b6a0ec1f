package dev.gimbal.gateway.dialect.chat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gimbal.gateway.dialect.DialectException;
import dev.gimbal.gateway.dialect.Leftover;
import dev.gimbal.gateway.dialect.Part;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Reads `content`: text, or a list of parts.
final class ContentReader {
  /// Marks that answers carry and clients send back.
  private static final Set<String> ECHOED = Set.of("annotations", "logprobs");

  /// Where a picture stood in a stream.
  private static final Set<String> PLACED = Set.of("index");

  private final List<Leftover> leftovers;

  ContentReader(List<Leftover> leftovers) {
    this.leftovers = leftovers;
  }

  /// @param keepEmpty whether an empty text is a part: what a user says is, what accompanies tool
  ///     calls is not
  List<Part> read(Fields message, boolean keepEmpty) {
    JsonNode content = message.take("content");
    if (content == null) {
      return List.of();
    }
    if (content.isTextual()) {
      String text = content.textValue();
      return text.isEmpty() && !keepEmpty ? List.of() : List.of(new Part.Text(text));
    }
    if (!content.isArray()) {
      throw new DialectException(message.path("content"), "must be text or a list of parts");
    }
    List<Part> parts = new ArrayList<>(content.size());
    for (int i = 0; i < content.size(); i++) {
      Fields part = Fields.of(content.get(i), message.path("content") + "[" + i + "]");
      Part read = part(part);
      if (read != null) {
        parts.add(read);
      }
    }
    return parts;
  }

  /// The pictures that a model made, where a server of the dialect has such models.
  ///
  /// @throws DialectException if it made something else that is no text
  static List<Part> images(Fields message) {
    if (message.node().hasNonNull("audio")) {
      throw new DialectException(message.path("audio"), "cannot be said in another dialect");
    }
    ContentReader reader = new ContentReader(new ArrayList<>());
    List<Part> images = new ArrayList<>();
    int place = 0;
    for (JsonNode image : message.list("images")) {
      Fields part = Fields.of(image, message.path("images") + "[" + place++ + "]");
      images.add(reader.address(part, "image_url", Part.Media.Kind.IMAGE, null));
    }
    return images;
  }

  /// A picture that a model made, as it comes back in a history.
  Part picture(Fields image) {
    image.take("type");
    Part read = address(image, "image_url", Part.Media.Kind.IMAGE, null);
    image.leave(leftovers, PLACED);
    return read;
  }

  private @Nullable Part part(Fields part) {
    Part.CacheMark mark = mark(part, leftovers);
    Part read =
        switch (part.requiredText("type")) {
          case "text" -> new Part.Text(part.requiredText("text"), mark);
          case "refusal" -> new Part.Refusal(part.requiredText("refusal"));
          case "image_url" -> address(part, "image_url", Part.Media.Kind.IMAGE, mark);
          case "video_url" -> address(part, "video_url", Part.Media.Kind.VIDEO, mark);
          case "input_audio" -> audio(part.requiredObject("input_audio"), mark);
          case "file" -> file(part.requiredObject("file"), mark);
          case "thinking" -> thinking(part);
          default -> null;
        };
    if (read == null) {
      leftovers.add(new Leftover(part.path(), false));
    } else {
      part.leave(leftovers, ECHOED);
    }
    return read;
  }

  private static @Nullable Part thinking(Fields part) {
    String text = Thoughts.ofPart(part.node());
    part.take("thinking");
    return text == null ? null : new Part.Thinking(text, part.text("signature"));
  }

  private Part address(
      Fields part, String field, Part.Media.Kind kind, Part.@Nullable CacheMark mark) {
    JsonNode value = part.take(field);
    if (value != null && value.isTextual()) {
      return new Part.Media(kind, source(value.textValue(), part.path(field)), null, null, mark);
    }
    Fields inner = part.requiredObject(field);
    String url = inner.requiredText("url");
    String detail = inner.text("detail");
    inner.leave(leftovers, Set.of());
    return new Part.Media(kind, source(url, inner.path("url")), null, detail, mark);
  }

  /// `data:image/png;base64,…` holds the bytes, any other address names them.
  private static Part.Source source(String url, String field) {
    if (!url.regionMatches(true, 0, "data:", 0, 5)) {
      return new Part.Source.Address(url, null);
    }
    int comma = url.indexOf(',');
    String head = comma < 0 ? "" : url.substring(5, comma);
    if (!head.toLowerCase(Locale.ROOT).endsWith(";base64")) {
      throw new DialectException(field, "must be an address or data:TYPE;base64,DATA");
    }
    return new Part.Source.Inline(
        head.substring(0, head.length() - ";base64".length()), url.substring(comma + 1));
  }

  private Part audio(Fields audio, Part.@Nullable CacheMark mark) {
    String data = audio.requiredText("data");
    String type = Media.audioType(audio.requiredText("format"));
    audio.leave(leftovers, Set.of());
    return new Part.Media(
        Part.Media.Kind.AUDIO, new Part.Source.Inline(type, data), null, null, mark);
  }

  private Part file(Fields file, Part.@Nullable CacheMark mark) {
    String name = file.text("filename");
    String id = file.text("file_id");
    String data = file.text("file_data");
    if ((id == null) == (data == null)) {
      throw new DialectException(file.path(), "must have either file_id or file_data");
    }
    Part.Source source =
        id != null ? new Part.Source.Stored(id) : fileSource(data, name, file.path("file_data"));
    file.leave(leftovers, Set.of());
    return new Part.Media(Part.Media.Kind.FILE, source, name, null, mark);
  }

  /// Bare base64 without its type is PDF: the only kind that the vendor takes so.
  private static Part.Source fileSource(
      @Nullable String data, @Nullable String name, String field) {
    String said = data == null ? "" : data;
    boolean address = said.startsWith("https://") || said.startsWith("http://");
    if (address || said.regionMatches(true, 0, "data:", 0, 5)) {
      return source(said, field);
    }
    if (name != null && !name.toLowerCase(Locale.ROOT).endsWith(".pdf")) {
      throw new DialectException(field, "must be data:TYPE;base64,DATA");
    }
    return new Part.Source.Inline("application/pdf", said);
  }

  /// A mark that OpenRouter's and LiteLLM's callers set.
  static Part.@Nullable CacheMark mark(Fields of, List<Leftover> leftovers) {
    Fields control = of.object("cache_control");
    if (control == null) {
      return null;
    }
    if (!control.requiredText("type").equals("ephemeral")) {
      throw new DialectException(control.path("type"), "must be ephemeral");
    }
    Part.CacheMark mark = new Part.CacheMark(control.text("ttl"));
    control.leave(leftovers, Set.of());
    return mark;
  }
}
