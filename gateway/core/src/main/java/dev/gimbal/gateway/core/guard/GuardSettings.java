package dev.gimbal.gateway.core.guard;

import dev.gimbal.gateway.guard.GuardRule;
import dev.gimbal.gateway.guard.SlowJudge;
import dev.gimbal.platform.json.Json;
import dev.gimbal.platform.text.sensitive.Entity;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Reads the settings of each kind of guard, strictly: what a kind does not know is refused.
final class GuardSettings {
  private static final String KINDS =
      "pii, secrets, deny, topic, length, language, json_schema, injection, http";

  private final Map<String, Object> settings;
  private final Set<String> read = new HashSet<>();

  private GuardSettings(Map<String, Object> settings) {
    this.settings = settings;
  }

  /// @throws IllegalArgumentException beginning with the field that is wrong and a colon
  static GuardRule rule(String kind, Map<String, Object> settings) {
    GuardSettings reader = new GuardSettings(settings);
    GuardRule rule = reader.read(kind);
    for (String name : settings.keySet()) {
      if (!reader.read.contains(name)) {
        throw new IllegalArgumentException(
            "settings." + name + ": a guard of kind " + kind + " knows no such setting");
      }
    }
    return rule;
  }

  private GuardRule read(String kind) {
    try {
      return switch (kind) {
        case "pii" -> new GuardRule.Pii(entities(), flag("pseudonyms"), text("model"));
        case "secrets" -> new GuardRule.Secrets();
        case "deny" -> new GuardRule.Deny(texts("phrases"));
        case "topic" ->
            new GuardRule.Topic(
                lists("denied"), lists("allowed"), text("classifier"), number("threshold", 0.5));
        case "length" -> new GuardRule.Length((int) number("most_characters", -1));
        case "language" -> new GuardRule.Language(Set.copyOf(texts("allowed")));
        case "json_schema" -> schema();
        case "injection" -> new GuardRule.Injection(text("classifier"), number("threshold", 0.5));
        case "http" -> new GuardRule.Http(String.valueOf(text("url")));
        default -> throw new IllegalArgumentException("kind: must be one of " + KINDS);
      };
    } catch (IllegalArgumentException e) {
      String message = String.valueOf(e.getMessage());
      boolean named = message.startsWith("kind: ") || message.startsWith("settings.");
      throw new IllegalArgumentException(named ? message : "settings." + message, e);
    }
  }

  private GuardRule schema() {
    Object schema = value("schema");
    String json = schema == null ? "" : Json.write(schema);
    SlowJudge.check(json);
    return new GuardRule.JsonSchema(json);
  }

  private Set<Entity> entities() {
    if (!settings.containsKey("entities")) {
      return Entity.PERSONAL;
    }
    Set<Entity> entities = EnumSet.noneOf(Entity.class);
    for (String id : texts("entities")) {
      entities.add(
          Entity.of(id)
              .orElseThrow(() -> new IllegalArgumentException("entities: unknown: " + id)));
    }
    return entities;
  }

  private @Nullable Object value(String name) {
    read.add(name);
    return settings.get(name);
  }

  private @Nullable String text(String name) {
    Object value = value(name);
    if (value != null && !(value instanceof String)) {
      throw new IllegalArgumentException(name + ": must be a text");
    }
    return (String) value;
  }

  private boolean flag(String name) {
    Object value = value(name);
    if (value != null && !(value instanceof Boolean)) {
      throw new IllegalArgumentException(name + ": must be true or false");
    }
    return value != null && (Boolean) value;
  }

  private double number(String name, double otherwise) {
    Object value = value(name);
    if (value != null && !(value instanceof Number)) {
      throw new IllegalArgumentException(name + ": must be a number");
    }
    return value instanceof Number number ? number.doubleValue() : otherwise;
  }

  private List<String> texts(String name) {
    return texts(name, value(name));
  }

  private static List<String> texts(String name, @Nullable Object value) {
    if (value == null) {
      return List.of();
    }
    if (!(value instanceof List<?> list) || !list.stream().allMatch(String.class::isInstance)) {
      throw new IllegalArgumentException(name + ": must be a list of texts");
    }
    return list.stream().map(String.class::cast).toList();
  }

  private Map<String, List<String>> lists(String name) {
    Object value = value(name);
    if (value == null) {
      return Map.of();
    }
    if (!(value instanceof Map<?, ?> map)) {
      throw new IllegalArgumentException(name + ": must be an object of lists of texts");
    }
    Map<String, List<String>> lists = new HashMap<>();
    map.forEach((topic, words) -> lists.put(String.valueOf(topic), texts(name, words)));
    return lists;
  }
}
