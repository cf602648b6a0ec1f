package dev.gimbal.platform.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Fills records from a tree and the environment. For one load.
final class Binder {
  private static final String PREFIX = "GIMBAL_";

  private final Map<String, String> environment;
  private final Values values;
  private final Set<String> variables = new HashSet<>();

  Binder(Map<String, String> environment) {
    this.environment = environment;
    this.values = new Values(environment);
  }

  /// @param fallback where values that are not set come from; null: there are none
  Object record(Class<?> type, @Nullable Object fallback, JsonNode node, String section) {
    if (!node.isObject()) {
      throw ConfigException.invalid(
          (section.isEmpty() ? "the file" : section) + " must be a section with keys below it");
    }
    RecordComponent[] components = type.getRecordComponents();
    Set<String> known = new TreeSet<>();
    for (RecordComponent component : components) {
      known.add(Settings.key(component));
    }
    node.fieldNames().forEachRemaining(name -> refuseUnknown(name, known, section));
    @Nullable Object[] made = new @Nullable Object[components.length];
    for (int at = 0; at < components.length; at++) {
      Object otherwise = fallback == null ? null : Settings.value(fallback, components[at]);
      made[at] = component(components[at], otherwise, node, section);
    }
    return Settings.make(type, made, section);
  }

  private static void refuseUnknown(String name, Set<String> known, String section) {
    if (!known.contains(name)) {
      String meant =
          Nearest.to(name, known)
              .map(near -> "; did you mean " + Settings.path(section, near) + "?")
              .orElse("; there are " + String.join(", ", known));
      throw ConfigException.invalid(Settings.path(section, name) + " is no setting" + meant);
    }
  }

  /// A variable that looks like a setting and is none would be silently without effect.
  void refuseUnknownVariables(Set<String> ignored) {
    for (String name : new TreeSet<>(environment.keySet())) {
      if (name.startsWith(PREFIX) && !variables.contains(name) && !ignored.contains(name)) {
        String meant =
            Nearest.to(name, variables).map(near -> "; did you mean " + near + "?").orElse("");
        throw ConfigException.invalid(name + " is no setting" + meant);
      }
    }
  }

  private @Nullable Object component(
      RecordComponent component, @Nullable Object otherwise, JsonNode section, String name) {
    String path = Settings.path(name, Settings.key(component));
    JsonNode node = section.get(Settings.key(component));
    boolean set = node != null && !node.isNull();
    Class<?> type = component.getType();
    if (type.isRecord() && !Values.known(type)) {
      return section(component, otherwise, set ? node : null, path);
    }
    String variable = Settings.variable(path);
    variables.add(variable);
    String override = environment.get(variable);
    if (override != null) {
      return fromText(component, override, path);
    }
    if (set) {
      return fromTree(component.getGenericType(), Objects.requireNonNull(node), path);
    }
    if (otherwise == null && !Settings.nullable(component)) {
      throw ConfigException.invalid(path + " must be set");
    }
    return otherwise;
  }

  private @Nullable Object section(
      RecordComponent component, @Nullable Object otherwise, @Nullable JsonNode node, String path) {
    Class<?> type = component.getType();
    boolean touched = node != null || anyVariableBelow(type, path);
    if (!touched && (otherwise != null || Settings.nullable(component))) {
      return otherwise;
    }
    Object fallback = otherwise != null ? otherwise : Settings.defaults(type);
    JsonNode filled = node != null ? node : JsonNodeFactory.instance.objectNode();
    return record(type, fallback, filled, path);
  }

  /// Also remembers every variable below as known.
  private boolean anyVariableBelow(Class<?> type, String path) {
    boolean any = false;
    for (RecordComponent component : type.getRecordComponents()) {
      String below = Settings.path(path, Settings.key(component));
      if (component.getType().isRecord() && !Values.known(component.getType())) {
        any |= anyVariableBelow(component.getType(), below);
      } else {
        variables.add(Settings.variable(below));
        any |= environment.containsKey(Settings.variable(below));
      }
    }
    return any;
  }

  private Object fromText(RecordComponent component, String text, String path) {
    Type type = component.getGenericType();
    if (type instanceof Class<?> simple) {
      return value(text, simple, path);
    }
    if (component.getType() == List.class
        && element(type, 0) instanceof Class<?> of
        && Values.known(of)) {
      List<Object> list = new ArrayList<>();
      for (String part : text.split(",")) {
        if (!part.isBlank()) {
          list.add(value(part.strip(), of, path));
        }
      }
      return list;
    }
    throw ConfigException.invalid(path + " can be set in the file only");
  }

  private Object fromTree(Type type, JsonNode node, String path) {
    if (type instanceof Class<?> simple) {
      if (simple.isRecord() && !Values.known(simple)) {
        return record(simple, Settings.defaults(simple), node, path);
      }
      if (!node.isValueNode()) {
        throw ConfigException.invalid(path + " must be a single value");
      }
      return value(node.asText(), simple, path);
    }
    Class<?> raw = (Class<?>) ((ParameterizedType) type).getRawType();
    if (raw == List.class) {
      return list(element(type, 0), node, path);
    }
    if (raw == Map.class) {
      return map(element(type, 1), node, path);
    }
    throw new IllegalStateException(path + " has a type that no setting can have: " + type);
  }

  private List<Object> list(Type of, JsonNode node, String path) {
    if (!node.isArray()) {
      throw ConfigException.invalid(path + " must be a list");
    }
    List<Object> list = new ArrayList<>();
    for (int at = 0; at < node.size(); at++) {
      list.add(fromTree(of, node.get(at), path + "[" + at + "]"));
    }
    return list;
  }

  private Map<String, Object> map(Type of, JsonNode node, String path) {
    if (!node.isObject()) {
      throw ConfigException.invalid(path + " must be a section with keys below it");
    }
    Map<String, Object> map = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> entry : node.properties()) {
      map.put(entry.getKey(), fromTree(of, entry.getValue(), Settings.path(path, entry.getKey())));
    }
    return map;
  }

  private static Type element(Type type, int at) {
    return ((ParameterizedType) type).getActualTypeArguments()[at];
  }

  private Object value(String text, Class<?> type, String path) {
    try {
      return values.read(text, type);
    } catch (IllegalArgumentException e) {
      throw new ConfigException(ConfigError.CONFIG_INVALID, path + " " + e.getMessage(), e);
    }
  }
}
