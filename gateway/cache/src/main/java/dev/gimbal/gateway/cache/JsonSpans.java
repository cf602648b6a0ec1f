package dev.gimbal.gateway.cache;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Where the values of a JSON document stand in its bytes, so that changes are spliced in and every
/// other byte stays. Texts are decoded where they are asked for.
final class JsonSpans {

  /// A value in the bytes `[start, end)`.
  ///
  /// @param text of a text value; null: it is none
  /// @param fields of an object, in order; empty for anything else
  /// @param elements of an array; empty for anything else
  record Span(
      int start,
      int end,
      JsonToken kind,
      @Nullable String text,
      Map<String, Span> fields,
      List<Span> elements) {

    boolean isText() {
      return kind == JsonToken.VALUE_STRING;
    }

    boolean isObject() {
      return kind == JsonToken.START_OBJECT;
    }

    boolean isArray() {
      return kind == JsonToken.START_ARRAY;
    }

    /// The text of a field; empty if there is none.
    String said(String field) {
      Span value = fields.get(field);
      String said = value == null ? null : value.text;
      return said == null ? "" : said;
    }

    /// Whether a field of this name stands in it, however deep.
    boolean anywhere(String field) {
      return fields.containsKey(field)
          || fields.values().stream().anyMatch(value -> value.anywhere(field))
          || elements.stream().anyMatch(value -> value.anywhere(field));
    }
  }

  /// A change: what stands in `[start, end)` gives way.
  record Splice(int start, int end, byte[] bytes) {}

  private JsonSpans() {}

  /// The outermost object; empty if the bytes are not one, or begin with a byte order mark.
  static Optional<Span> of(byte[] body) {
    if (body.length > 2 && body[0] == (byte) 0xEF) {
      return Optional.empty();
    }
    try (JsonParser parser = RequestKey.JSON.createParser(body)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return Optional.empty();
      }
      Span whole = read(parser);
      return parser.nextToken() == null ? Optional.of(whole) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static Span read(JsonParser parser) throws IOException {
    JsonToken kind = parser.currentToken();
    if (kind == null) {
      throw new IOException("ends too early");
    }
    int start = (int) parser.currentTokenLocation().getByteOffset();
    Map<String, Span> fields = new LinkedHashMap<>();
    List<Span> elements = new ArrayList<>();
    String text = null;
    if (kind == JsonToken.START_OBJECT) {
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        parser.nextToken();
        fields.put(name, read(parser));
      }
    } else if (kind == JsonToken.START_ARRAY) {
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        elements.add(read(parser));
      }
    } else if (kind == JsonToken.VALUE_STRING) {
      text = parser.getText();
    } else {
      parser.getText();
    }
    int end = (int) parser.currentLocation().getByteOffset();
    return new Span(start, end, kind, text, fields, elements);
  }

  /// The bytes with all changes, which are in order and do not overlap, made.
  static byte[] splice(byte[] body, List<Splice> changes) {
    int length = body.length;
    for (Splice change : changes) {
      length += change.bytes.length - (change.end - change.start);
    }
    byte[] out = new byte[length];
    int from = 0;
    int at = 0;
    for (Splice change : changes) {
      System.arraycopy(body, from, out, at, change.start - from);
      at += change.start - from;
      System.arraycopy(change.bytes, 0, out, at, change.bytes.length);
      at += change.bytes.length;
      from = change.end;
    }
    System.arraycopy(body, from, out, at, body.length - from);
    return out;
  }
}
