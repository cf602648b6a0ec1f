package dev.gimbal.platform.config;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// YAML as a tree that knows on which line each field stands. Fields are named as in
/// `routes[0].targets[1].model`. Immutable but for the tree.
public final class YamlTree {
  private static final YAMLFactory FACTORY =
      YAMLFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();
  private static final YAMLMapper MAPPER = new YAMLMapper(FACTORY);

  private final JsonNode root;
  private final Map<String, Integer> lines;

  private YamlTree(JsonNode root, Map<String, Integer> lines) {
    this.root = root;
    this.lines = lines;
  }

  /// Reads a text; an empty one is an empty object.
  ///
  /// @throws ConfigException naming the line, if it is no YAML or says a field twice
  public static YamlTree read(String text) {
    try {
      JsonNode tree = MAPPER.readTree(text);
      boolean empty = tree == null || tree.isMissingNode() || tree.isNull();
      return new YamlTree(empty ? MAPPER.createObjectNode() : tree, lines(text));
    } catch (JsonProcessingException e) {
      var at = e.getLocation();
      String place = at == null ? "" : "line " + at.getLineNr() + ": ";
      String message = e.getOriginalMessage();
      String first = message == null ? "" : message.lines().findFirst().orElse("");
      throw new ConfigException(ConfigError.CONFIG_UNREADABLE, place + first, e);
    } catch (IOException e) {
      throw new IllegalStateException("a text cannot fail to be read", e);
    }
  }

  /// All of it.
  public JsonNode root() {
    return root;
  }

  /// The line of a field, from 1; where there is no such field, that of what is around it.
  public int line(String field) {
    String near = field;
    while (!lines.containsKey(near) && !near.isEmpty()) {
      int cut = Math.max(near.lastIndexOf('.'), near.lastIndexOf('['));
      near = cut < 0 ? "" : near.substring(0, cut);
    }
    return lines.getOrDefault(near, 1);
  }

  private static Map<String, Integer> lines(String text) throws IOException {
    Map<String, Integer> lines = new HashMap<>();
    Deque<Level> levels = new ArrayDeque<>();
    try (JsonParser parser = FACTORY.createParser(text)) {
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        Level level = levels.peek();
        if (token == JsonToken.FIELD_NAME && level != null) {
          level.name = parser.currentName();
        } else if (token == JsonToken.END_OBJECT || token == JsonToken.END_ARRAY) {
          levels.pop();
        }
        if (token == JsonToken.FIELD_NAME || (level != null && level.name == null)) {
          String path = level == null ? "" : level.path(token);
          lines.putIfAbsent(path, parser.currentTokenLocation().getLineNr());
        }
        if (token.isStructStart()) {
          levels.push(new Level(level == null ? "" : level.enter(), token));
        } else if (level != null && level.name == null && token.isScalarValue()) {
          level.index++;
        }
      }
    }
    return lines;
  }

  /// One object or list that is open while reading.
  private static final class Level {
    private final String base;
    private @Nullable String name;
    private int index;

    Level(String base, JsonToken start) {
      this.base = base;
      this.name = start == JsonToken.START_OBJECT ? "" : null;
    }

    String path(JsonToken token) {
      String field = name;
      if (field == null) {
        return base + (token == JsonToken.END_ARRAY ? "" : "[" + index + "]");
      }
      return base.isEmpty() ? field : base + "." + field;
    }

    String enter() {
      String path = path(JsonToken.START_OBJECT);
      if (name == null) {
        index++;
      }
      return path;
    }
  }
}
