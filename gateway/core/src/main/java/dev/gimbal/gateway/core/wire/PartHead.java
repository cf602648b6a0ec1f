package dev.gimbal.gateway.core.wire;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The headers of one part of a form.
///
/// @param name of the field; null if it has none
/// @param file whether it has a file's name
/// @param encoded whether its bytes are not the value as it is
record PartHead(@Nullable String name, boolean file, boolean encoded) {

  /// @throws dev.gimbal.gateway.api.GatewayException if it is malformed or says a thing twice
  static PartHead read(String headers) {
    Map<String, String> read = new HashMap<>();
    for (String line : headers.split("\r\n")) {
      int colon = line.indexOf(':');
      if (line.isEmpty()) {
        continue;
      }
      if (colon <= 0 || line.charAt(0) == ' ' || line.charAt(0) == '\t') {
        throw MultipartScan.invalid("body", "a part has a line that is no header");
      }
      String name = line.substring(0, colon).strip().toLowerCase(Locale.ROOT);
      if (read.put(name, line.substring(colon + 1).strip()) != null) {
        throw MultipartScan.invalid("body", "a part says " + name + " twice");
      }
    }
    Map<String, String> disposition = parameters(read.getOrDefault("content-disposition", ""));
    String encoding = read.getOrDefault("content-transfer-encoding", "binary");
    return new PartHead(
        disposition.get("name"),
        disposition.containsKey("filename") || disposition.containsKey("filename*"),
        !encoding.toLowerCase(Locale.ROOT).matches("7bit|8bit|binary"));
  }

  /// The parameters of a header's value behind its first word, names in lower case.
  ///
  /// @throws dev.gimbal.gateway.api.GatewayException if one stands twice
  static Map<String, String> parameters(String value) {
    Map<String, String> parameters = new HashMap<>();
    int at = value.indexOf(';');
    while (at >= 0 && at < value.length()) {
      int equals = value.indexOf('=', at);
      if (equals < 0) {
        break;
      }
      String name = value.substring(at + 1, equals).strip().toLowerCase(Locale.ROOT);
      StringBuilder text = new StringBuilder();
      at = parameter(value, equals + 1, text);
      if (parameters.put(name, text.toString()) != null) {
        throw MultipartScan.invalid("body", "a header says " + name + " twice");
      }
    }
    return parameters;
  }

  /// Reads a value, in quotes or bare, and answers where the next `;` is.
  private static int parameter(String value, int from, StringBuilder text) {
    int i = from;
    while (i < value.length() && value.charAt(i) == ' ') {
      i++;
    }
    if (i < value.length() && value.charAt(i) == '"') {
      for (i++; i < value.length() && value.charAt(i) != '"'; i++) {
        if (value.charAt(i) == '\\' && i + 1 < value.length()) {
          i++;
        }
        text.append(value.charAt(i));
      }
      return value.indexOf(';', i);
    }
    int end = value.indexOf(';', i);
    text.append(value, i, end < 0 ? value.length() : end);
    String bare = text.toString().strip();
    text.setLength(0);
    text.append(bare);
    return end;
  }
}
