package dev.gimbal.platform.http;

import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gimbal.platform.json.Json;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// JSON Schemas of Java types; records are kept by name and referred to. Not thread-safe.
final class Schemas {
  private final Map<Class<?>, String> names = new HashMap<>();
  private final Map<String, ObjectNode> byName = new TreeMap<>();

  ObjectNode of(Type type) {
    return of(Json.type(type));
  }

  ObjectNode all() {
    ObjectNode all = Json.MAPPER.createObjectNode();
    byName.forEach(all::set);
    return all;
  }

  private ObjectNode of(JavaType type) {
    Class<?> raw = type.getRawClass();
    ObjectNode schema = Json.MAPPER.createObjectNode();
    if (raw == Optional.class || type.isReferenceType()) {
      return of(type.getContentType());
    }
    if (raw == Object.class || JsonNode.class.isAssignableFrom(raw)) {
      return schema;
    }
    if (type.isCollectionLikeType() || type.isArrayType()) {
      schema.put("type", "array").set("items", of(type.getContentType()));
      return schema;
    }
    if (type.isMapLikeType()) {
      JavaType content = type.getContentType();
      schema
          .put("type", "object")
          .set("additionalProperties", content == null ? schema.objectNode() : of(content));
      return schema;
    }
    if (raw.isEnum()) {
      ArrayNode values = schema.put("type", "string").putArray("enum");
      for (Object constant : raw.getEnumConstants()) {
        values.add(Json.MAPPER.convertValue(constant, String.class));
      }
      return schema;
    }
    return raw.isRecord() ? ofRecord(type) : simple(raw, schema);
  }

  private static ObjectNode simple(Class<?> raw, ObjectNode schema) {
    if (raw == boolean.class || raw == Boolean.class) {
      return schema.put("type", "boolean");
    }
    if (raw == int.class || raw == Integer.class || raw == long.class || raw == Long.class) {
      return schema.put("type", "integer");
    }
    if (raw.isPrimitive() || Number.class.isAssignableFrom(raw) || raw == BigDecimal.class) {
      return schema.put("type", "number");
    }
    if (raw == Instant.class) {
      return schema.put("type", "string").put("format", "date-time");
    }
    if (raw == LocalDate.class) {
      return schema.put("type", "string").put("format", "date");
    }
    return CharSequence.class.isAssignableFrom(raw) || raw == java.util.UUID.class
        ? schema.put("type", "string")
        : schema;
  }

  private ObjectNode ofRecord(JavaType type) {
    // A generic record has another shape for each type, so it is written where it stands.
    if (type.hasGenericTypes()) {
      return object(type);
    }
    Class<?> raw = type.getRawClass();
    String name = names.get(raw);
    if (name == null) {
      name = freeName(raw);
      names.put(raw, name);
      byName.put(name, Json.MAPPER.createObjectNode());
      byName.put(name, object(type));
    }
    return Json.MAPPER.createObjectNode().put("$ref", "#/components/schemas/" + name);
  }

  private String freeName(Class<?> raw) {
    Class<?> outer = raw.getEnclosingClass();
    String name = raw.getSimpleName();
    if (byName.containsKey(name) && outer != null) {
      name = outer.getSimpleName() + name;
    }
    String base = name;
    for (int number = 2; byName.containsKey(name); number++) {
      name = base + number;
    }
    return name;
  }

  private ObjectNode object(JavaType type) {
    ObjectNode schema = Json.MAPPER.createObjectNode().put("type", "object");
    ObjectNode properties = schema.putObject("properties");
    ArrayNode required = Json.MAPPER.createArrayNode();
    for (RecordShape.Field field : RecordShape.fields(type.getRawClass())) {
      JavaType resolved =
          Json.MAPPER.getTypeFactory().resolveMemberType(field.type(), type.getBindings());
      properties.set(field.name(), of(resolved));
      if (field.required()) {
        required.add(field.name());
      }
    }
    if (!required.isEmpty()) {
      schema.set("required", required);
    }
    return schema;
  }
}
