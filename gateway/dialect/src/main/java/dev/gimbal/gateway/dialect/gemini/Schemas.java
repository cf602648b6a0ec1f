package dev.gimbal.gateway.dialect.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.gimbal.gateway.dialect.DialectException;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// Makes JSON Schema of the vendor's older `Schema`: its types are in capitals, null is a flag and
/// its 64-bit numbers are texts. Fields keep their order; what is JSON Schema already stays as it
/// is.
final class Schemas {
  private static final Set<String> TYPES =
      Set.of("STRING", "NUMBER", "INTEGER", "BOOLEAN", "ARRAY", "OBJECT", "NULL");
  private static final Set<String> SCHEMAS = Set.of("items", "additionalProperties", "not");
  private static final Set<String> LISTS = Set.of("anyOf", "oneOf", "allOf", "prefixItems");
  private static final Set<String> MAPS = Set.of("properties", "$defs", "definitions", "defs");
  private static final Set<String> COUNTS =
      Set.of("minItems", "maxItems", "minLength", "maxLength", "minProperties", "maxProperties");

  private Schemas() {}

  static JsonNode json(JsonNode schema, String path) {
    if (!schema.isObject()) {
      throw new DialectException(path, "must be an object");
    }
    return json(schema);
  }

  private static JsonNode json(JsonNode schema) {
    if (!schema.isObject()) {
      return schema;
    }
    boolean nullable = schema.path("nullable").isBoolean();
    ObjectNode json = Nodes.object();
    for (Map.Entry<String, JsonNode> field : schema.properties()) {
      String name = camelCase(field.getKey());
      JsonNode value = field.getValue();
      if (name.equals("type")) {
        json.set("type", type(value, schema.path("nullable").asBoolean(false)));
      } else if (!(nullable && name.equals("nullable"))) {
        json.set(name, value(name, value));
      }
    }
    return json;
  }

  private static String camelCase(String name) {
    return switch (name) {
      case "any_of" -> "anyOf";
      case "min_items" -> "minItems";
      case "max_items" -> "maxItems";
      case "min_length" -> "minLength";
      case "max_length" -> "maxLength";
      case "min_properties" -> "minProperties";
      case "max_properties" -> "maxProperties";
      case "property_ordering" -> "propertyOrdering";
      case "prefix_items" -> "prefixItems";
      case "additional_properties" -> "additionalProperties";
      default -> name;
    };
  }

  private static JsonNode value(String name, JsonNode value) {
    if (SCHEMAS.contains(name)) {
      return json(value);
    }
    if (LISTS.contains(name) && value.isArray()) {
      ArrayNode list = JsonNodeFactory.instance.arrayNode();
      value.forEach(element -> list.add(json(element)));
      return list;
    }
    if (MAPS.contains(name) && value.isObject()) {
      ObjectNode map = Nodes.object();
      value.properties().forEach(field -> map.set(field.getKey(), json(field.getValue())));
      return map;
    }
    return COUNTS.contains(name) && value.isTextual() ? count(value) : value;
  }

  private static JsonNode count(JsonNode text) {
    try {
      return JsonNodeFactory.instance.numberNode(Long.parseLong(text.textValue()));
    } catch (NumberFormatException e) {
      return text;
    }
  }

  private static JsonNode type(JsonNode type, boolean nullable) {
    if (!type.isTextual()) {
      return type;
    }
    JsonNode plain =
        TYPES.contains(type.textValue())
            ? TextNode.valueOf(type.textValue().toLowerCase(Locale.ROOT))
            : type;
    return nullable ? JsonNodeFactory.instance.arrayNode().add(plain).add("null") : plain;
  }
}
