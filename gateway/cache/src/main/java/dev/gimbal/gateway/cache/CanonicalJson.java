package dev.gimbal.gateway.cache;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/// JSON as bytes that are equal exactly if the values are: fields in the order of their names,
/// escapes undone, `1.0` and `1` the same number. Not JSON itself: texts stand with their length in
/// front, so that no two values share a form. One pass over the tokens; an object whose fields
/// stand in order already is not moved. For one document and one thread at a time.
final class CanonicalJson {
  /// A longer number is compared as it is written.
  private static final int LONGEST_NUMBER = 40;

  private final Set<String> dropped;
  private byte[] out = new byte[1024];
  private int length;

  /// @param dropped fields of the outermost object that do not count
  CanonicalJson(Set<String> dropped) {
    this.dropped = dropped;
  }

  private record Member(int start, int nameEnd, int end) {}

  /// Hears what stands in the document while it is read.
  interface Watch {
    /// A value begins.
    ///
    /// @param path names of the fields above it, `[]` for an element of an array
    void value(List<String> path, JsonToken token, JsonParser parser) throws IOException;
  }

  /// Reads one whole document.
  ///
  /// @throws IOException if it is not JSON, nested too deep or has a field twice
  void read(JsonParser parser, Watch watch) throws IOException {
    parser.nextToken();
    value(parser, new ArrayList<>(), watch);
    if (parser.nextToken() != null) {
      throw new IOException("something stands behind the value");
    }
  }

  byte[] bytes() {
    return Arrays.copyOf(out, length);
  }

  private void value(JsonParser parser, List<String> path, Watch watch) throws IOException {
    JsonToken token = parser.currentToken();
    if (token == null) {
      throw new IOException("ends too early");
    }
    watch.value(path, token, parser);
    switch (token) {
      case START_OBJECT -> object(parser, path, watch);
      case START_ARRAY -> array(parser, path, watch);
      case VALUE_STRING -> text('s', parser.getText());
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> text('n', number(parser.getText()));
      case VALUE_TRUE -> put((byte) 't');
      case VALUE_FALSE -> put((byte) 'f');
      case VALUE_NULL -> put((byte) '0');
      default -> throw new IOException("unexpected " + token);
    }
  }

  private void object(JsonParser parser, List<String> path, Watch watch) throws IOException {
    put((byte) '{');
    List<Member> members = new ArrayList<>();
    boolean ordered = true;
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      if (parser.currentToken() != JsonToken.FIELD_NAME) {
        throw new IOException("ends too early");
      }
      String name = parser.currentName();
      parser.nextToken();
      if (path.isEmpty() && dropped.contains(name)) {
        parser.skipChildren();
        continue;
      }
      int start = length;
      text('s', name);
      int nameEnd = length;
      path.add(name);
      value(parser, path, watch);
      path.removeLast();
      Member member = new Member(start, nameEnd, length);
      ordered &= members.isEmpty() || compare(members.getLast(), member) < 0;
      members.add(member);
    }
    if (!ordered) {
      order(members);
    }
    put((byte) '}');
  }

  private int compare(Member one, Member other) {
    return Arrays.compareUnsigned(out, one.start, one.nameEnd, out, other.start, other.nameEnd);
  }

  private void order(List<Member> members) {
    int from = members.getFirst().start;
    List<Member> sorted = new ArrayList<>(members);
    sorted.sort(this::compare);
    byte[] moved = new byte[length - from];
    int at = 0;
    for (Member member : sorted) {
      System.arraycopy(out, member.start, moved, at, member.end - member.start);
      at += member.end - member.start;
    }
    System.arraycopy(moved, 0, out, from, moved.length);
  }

  private void array(JsonParser parser, List<String> path, Watch watch) throws IOException {
    put((byte) '[');
    path.add("[]");
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      value(parser, path, watch);
    }
    path.removeLast();
    put((byte) ']');
  }

  private static String number(String text) {
    if (text.length() > LONGEST_NUMBER) {
      return text;
    }
    BigDecimal number = new BigDecimal(text);
    return number.signum() == 0 ? "0" : number.stripTrailingZeros().toString();
  }

  private void text(char kind, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    room(bytes.length + 5);
    out[length++] = (byte) kind;
    for (int shift = 24; shift >= 0; shift -= 8) {
      out[length++] = (byte) (bytes.length >> shift);
    }
    System.arraycopy(bytes, 0, out, length, bytes.length);
    length += bytes.length;
  }

  private void put(byte one) {
    room(1);
    out[length++] = one;
  }

  private void room(int more) {
    if (length + more > out.length) {
      out = Arrays.copyOf(out, Math.max(length + more, out.length * 2));
    }
  }
}
