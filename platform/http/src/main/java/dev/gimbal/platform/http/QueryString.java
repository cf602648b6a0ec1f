package dev.gimbal.platform.http;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The query parameters of a request, read strictly.
final class QueryString {
  private QueryString() {}

  /// The first value of each parameter.
  ///
  /// @throws HttpException for a parameter that is not among the known ones
  static Map<String, String> read(@Nullable String query, List<String> known) {
    Map<String, String> values = new HashMap<>();
    if (query == null || query.isEmpty()) {
      return values;
    }
    for (String pair : query.split("&", -1)) {
      if (pair.isEmpty()) {
        continue;
      }
      int equals = pair.indexOf('=');
      String name = decoded(equals < 0 ? pair : pair.substring(0, equals), "query");
      if (!known.contains(name)) {
        throw HttpException.invalid(shown(name), "is not a parameter of this path" + hint(known));
      }
      values.putIfAbsent(name, decoded(equals < 0 ? "" : pair.substring(equals + 1), name));
    }
    return values;
  }

  private static String decoded(String text, String name) {
    return RouteTable.decode(text.replace('+', ' '), name);
  }

  private static String shown(String name) {
    return name.length() <= 100 ? name : name.substring(0, 100) + "…";
  }

  private static String hint(List<String> known) {
    return known.isEmpty() ? ", which takes none" : ", which takes " + String.join(", ", known);
  }
}
