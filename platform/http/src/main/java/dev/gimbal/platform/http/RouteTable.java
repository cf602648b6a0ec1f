package dev.gimbal.platform.http;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Finds the route of a method and path. A literal segment goes before a variable one. Immutable
/// after construction.
final class RouteTable {
  private final Node root = new Node();

  RouteTable(List<Route> routes) {
    routes.forEach(this::add);
  }

  /// What a path leads to.
  sealed interface Found {
    record Match(Route route, Map<String, String> segments) implements Found {}

    /// The path is there, with other methods.
    record OtherMethods(List<String> methods) implements Found {}

    record Nothing() implements Found {}
  }

  Found find(String method, String path) {
    String[] segments = path.substring(1).split("/", -1);
    Node node = walk(root, segments, 0, method);
    if (node == null) {
      Node other = walk(root, segments, 0, null);
      return other == null
          ? new Found.Nothing()
          : new Found.OtherMethods(List.copyOf(other.routes.keySet()));
    }
    Route route = node.routes.get(method);
    return route == null ? new Found.Nothing() : new Found.Match(route, values(route, segments));
  }

  private void add(Route route) {
    Node node = root;
    for (String segment : route.path().substring(1).split("/", -1)) {
      node = isVariable(segment) ? node.variable() : node.literal(segment);
    }
    if (node.routes.put(route.method(), route) != null) {
      throw new IllegalStateException("two routes are " + route.method() + " " + route.path());
    }
  }

  private static @Nullable Node walk(
      Node node, String[] segments, int at, @Nullable String method) {
    if (at == segments.length) {
      boolean fits = method == null ? !node.routes.isEmpty() : node.routes.containsKey(method);
      return fits ? node : null;
    }
    Node literal = node.literals.get(segments[at]);
    if (literal != null) {
      Node found = walk(literal, segments, at + 1, method);
      if (found != null) {
        return found;
      }
    }
    if (node.variable == null || segments[at].isEmpty()) {
      return null;
    }
    return walk(node.variable, segments, at + 1, method);
  }

  private static Map<String, String> values(Route route, String[] segments) {
    Map<String, String> values = new HashMap<>();
    String[] pattern = route.path().substring(1).split("/", -1);
    for (int at = 0; at < pattern.length; at++) {
      if (isVariable(pattern[at])) {
        String name = pattern[at].substring(1, pattern[at].length() - 1);
        values.put(name, decode(segments[at], name));
      }
    }
    return values;
  }

  private static boolean isVariable(String segment) {
    return segment.startsWith("{") && segment.endsWith("}");
  }

  /// Undoes percent coding, strictly: `+` stays, and what is no UTF-8 is refused.
  static String decode(String text, String name) {
    if (text.indexOf('%') < 0) {
      return text;
    }
    byte[] raw = text.getBytes(StandardCharsets.UTF_8);
    ByteBuffer decoded = ByteBuffer.allocate(raw.length);
    for (int at = 0; at < raw.length; at++) {
      if (raw[at] != '%') {
        decoded.put(raw[at]);
        continue;
      }
      int high = at + 2 <= raw.length - 1 ? Character.digit(raw[at + 1], 16) : -1;
      int low = at + 2 <= raw.length - 1 ? Character.digit(raw[at + 2], 16) : -1;
      if (high < 0 || low < 0) {
        throw HttpException.invalid(name, "has a % that two hexadecimal digits do not follow");
      }
      decoded.put((byte) ((high << 4) | low));
      at += 2;
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(decoded.flip()).toString();
    } catch (CharacterCodingException e) {
      throw HttpException.invalid(name, "is not UTF-8");
    }
  }

  private static final class Node {
    private final Map<String, Node> literals = new HashMap<>();
    private final Map<String, Route> routes = new TreeMap<>();
    private @Nullable Node variable;

    Node literal(String segment) {
      return literals.computeIfAbsent(segment, key -> new Node());
    }

    Node variable() {
      if (variable == null) {
        variable = new Node();
      }
      return variable;
    }
  }
}
