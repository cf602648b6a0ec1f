package dev.gimbal.gateway.dialect.responses;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gimbal.gateway.dialect.DialectException;
import dev.gimbal.gateway.dialect.Leftover;
import dev.gimbal.gateway.dialect.Part;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Reads the content of a message or the output of a tool: a text, or a list of parts.
final class ContentReader {
  private static final String BASE64 = ";base64,";

  private final List<Leftover> leftovers;

  ContentReader(List<Leftover> leftovers) {
    this.leftovers = leftovers;
  }

  List<Part> read(@Nullable JsonNode content, String path) {
    if (content == null) {
      throw new DialectException(path, "is missing");
    }
    if (content.isTextual()) {
      return List.of(new Part.Text(content.textValue()));
    }
    if (!content.isArray()) {
      throw new DialectException(path, "must be a string or a list of parts");
    }
    List<Part> parts = new ArrayList<>();
    for (int i = 0; i < content.size(); i++) {
      Fields fields = Fields.of(content.get(i), path + "[" + i + "]", leftovers);
      Part part = part(fields);
      if (part == null) {
        leftovers.add(new Leftover(fields.path(), false));
      } else {
        parts.add(part);
        fields.done();
      }
    }
    return parts;
  }

  private static @Nullable Part part(Fields fields) {
    String type = fields.required("type");
    // What marks a prefix for a cache, in the vendor's words and in those of other gateways.
    fields.harmless("prompt_cache_breakpoint", "cache_control");
    return switch (type) {
      case "input_text" -> new Part.Text(fields.required("text"));
      case "output_text" -> {
        fields.harmless("annotations", "logprobs");
        yield new Part.Text(fields.required("text"));
      }
      case "refusal" -> new Part.Refusal(fields.required("refusal"));
      case "input_image" -> image(fields);
      case "input_file" -> file(fields);
      default -> null;
    };
  }

  private static Part image(Fields fields) {
    String url = fields.text("image_url");
    String id = fields.text("file_id");
    String detail = fields.text("detail");
    one(fields, "image_url or file_id", url, id);
    return new Part.Media(
        Part.Media.Kind.IMAGE,
        id == null ? address(String.valueOf(url)) : new Part.Source.Stored(id),
        null,
        detail,
        null);
  }

  private static Part file(Fields fields) {
    String data = fields.text("file_data");
    String url = fields.text("file_url");
    String id = fields.text("file_id");
    String name = fields.text("filename");
    String detail = fields.text("detail");
    one(fields, "file_data, file_url or file_id", data, url, id);
    Part.Source source;
    if (data != null) {
      source = inline(data, name);
    } else if (url != null) {
      source = address(url);
    } else {
      source = new Part.Source.Stored(String.valueOf(id));
    }
    return new Part.Media(Part.Media.Kind.FILE, source, name, detail, null);
  }

  private static void one(Fields fields, String names, @Nullable String... values) {
    int given = 0;
    for (String value : values) {
      given += value == null ? 0 : 1;
    }
    if (given != 1) {
      throw new DialectException(fields.path(), "must have one of " + names);
    }
  }

  /// A `data:` address holds the bytes themselves.
  private static Part.Source address(String url) {
    int data = url.startsWith("data:") ? url.indexOf(BASE64) : -1;
    return data < 0
        ? new Part.Source.Address(url, null)
        : new Part.Source.Inline(
            url.substring("data:".length(), data), url.substring(data + BASE64.length()));
  }

  /// The vendor takes a `data:` address as well as the bare Base64, whose type only the name tells.
  private static Part.Source inline(String data, @Nullable String name) {
    if (data.startsWith("data:")) {
      return address(data);
    }
    boolean pdf = name != null && name.toLowerCase(Locale.ROOT).endsWith(".pdf");
    return new Part.Source.Inline(pdf ? "application/pdf" : "application/octet-stream", data);
  }
}
