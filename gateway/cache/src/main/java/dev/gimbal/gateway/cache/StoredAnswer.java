package dev.gimbal.gateway.cache;

import java.nio.charset.StandardCharsets;

/// A whole answer in the caller's dialect as it came: JSON, or the events of a stream.
///
/// @param status of HTTP, 200 to 299
/// @param contentType tells in which form it is
/// @param bytes not to be changed
/// @param storedMillis since 1970
/// @param diesMillis since 1970: from then on it is not given again
public record StoredAnswer(
    int status, String contentType, byte[] bytes, Bill bill, long storedMillis, long diesMillis) {
  /// What an answer takes in memory besides its bytes; measured roughly, assumed high.
  private static final long OVERHEAD = 400;

  long weight() {
    return OVERHEAD + bytes.length;
  }

  /// Whether it calls tools, in any dialect: a field or a type of that name that is not empty.
  /// Inside of a text the name's quotes would be escaped, so bytes tell.
  static boolean callsTools(byte[] bytes) {
    return present(bytes, "\"tool_calls\"")
        || present(bytes, "\"tool_use\"")
        || present(bytes, "\"function_call\"")
        || present(bytes, "\"functionCall\"")
        || present(bytes, "\"custom_tool_call\"");
  }

  private static boolean present(byte[] bytes, String quoted) {
    byte[] name = quoted.getBytes(StandardCharsets.US_ASCII);
    for (int at = find(bytes, name, 0); at >= 0; at = find(bytes, name, at + 1)) {
      if (!isEmptyField(bytes, at + name.length)) {
        return true;
      }
    }
    return false;
  }

  private static int find(byte[] bytes, byte[] name, int from) {
    outer:
    for (int at = from; at <= bytes.length - name.length; at++) {
      for (int i = 0; i < name.length; i++) {
        if (bytes[at + i] != name[i]) {
          continue outer;
        }
      }
      return at;
    }
    return -1;
  }

  private static boolean isEmptyField(byte[] bytes, int from) {
    int at = skipBlank(bytes, from);
    if (at >= bytes.length || bytes[at] != ':') {
      return false;
    }
    at = skipBlank(bytes, at + 1);
    if (at < bytes.length && bytes[at] == '[') {
      at = skipBlank(bytes, at + 1);
      return at < bytes.length && bytes[at] == ']';
    }
    return at < bytes.length && bytes[at] == 'n';
  }

  private static int skipBlank(byte[] bytes, int from) {
    int at = from;
    while (at < bytes.length && bytes[at] >= 0 && bytes[at] <= ' ') {
      at++;
    }
    return at;
  }

  @Override
  public String toString() {
    return "StoredAnswer[" + contentType + ", " + bytes.length + " bytes]";
  }
}
