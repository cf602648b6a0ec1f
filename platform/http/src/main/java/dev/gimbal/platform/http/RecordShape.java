package dev.gimbal.platform.http;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import dev.gimbal.platform.config.Nearest;
import dev.gimbal.platform.errors.GimbalException.FieldError;
import dev.gimbal.platform.json.Json;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What a record looks like in JSON: its fields' names, which of them may be absent, their types.
/// Bodies are checked against it and OpenAPI is written from it, so the two cannot disagree.
final class RecordShape {
  private static final int LONGEST_SHOWN = 100;
  private static final PropertyNamingStrategies.SnakeCaseStrategy NAMES =
      new PropertyNamingStrategies.SnakeCaseStrategy();
  private static final ClassValue<List<Field>> FIELDS =
      new ClassValue<>() {
        @Override
        protected List<Field> computeValue(Class<?> type) {
          return fieldsOf(type);
        }
      };

  private RecordShape() {}

  /// @param required absent or null is an error
  record Field(String name, Type type, boolean required) {}

  static List<Field> fields(Class<?> type) {
    return FIELDS.get(type);
  }

  /// Collects the unknown and the missing fields of an object and of the objects in it.
  static void check(JsonNode node, JavaType type, String path, List<FieldError> errors) {
    if (node.isArray() && type.isCollectionLikeType()) {
      for (int at = 0; at < node.size(); at++) {
        check(node.get(at), type.getContentType(), path + "[" + at + "]", errors);
      }
    } else if (node.isObject() && type.isMapLikeType()) {
      node.properties()
          .forEach(
              entry ->
                  check(
                      entry.getValue(),
                      type.getContentType(),
                      dotted(path, entry.getKey()),
                      errors));
    } else if (node.isObject() && type.getRawClass().isRecord()) {
      checkRecord(node, type, path, errors);
    }
  }

  private static void checkRecord(
      JsonNode node, JavaType type, String path, List<FieldError> errors) {
    Map<String, Field> known = new LinkedHashMap<>();
    fields(type.getRawClass()).forEach(field -> known.put(field.name(), field));
    for (Map.Entry<String, JsonNode> entry : node.properties()) {
      Field field = known.get(entry.getKey());
      String at = dotted(path, entry.getKey());
      if (field == null) {
        errors.add(new FieldError(at, unknown(entry.getKey(), known)));
      } else if (!entry.getValue().isNull()) {
        check(entry.getValue(), resolved(type, field), at, errors);
      }
    }
    for (Field field : known.values()) {
      JsonNode value = node.get(field.name());
      if (field.required() && (value == null || value.isNull())) {
        errors.add(new FieldError(dotted(path, field.name()), "is required"));
      }
    }
  }

  private static JavaType resolved(JavaType owner, Field field) {
    return Json.MAPPER.getTypeFactory().resolveMemberType(field.type(), owner.getBindings());
  }

  private static String unknown(String name, Map<String, Field> known) {
    if (known.isEmpty()) {
      return "is not a field here; there are none";
    }
    String meant =
        name.length() > LONGEST_SHOWN
            ? ""
            : Nearest.to(name, known.keySet())
                .map(near -> "; did you mean " + near + "?")
                .orElse("");
    return "is not a field here; there are " + String.join(", ", known.keySet()) + meant;
  }

  private static String dotted(String path, String name) {
    String shown = name.length() <= LONGEST_SHOWN ? name : name.substring(0, LONGEST_SHOWN) + "…";
    return path.isEmpty() ? shown : path + "." + shown;
  }

  private static List<Field> fieldsOf(Class<?> type) {
    List<Field> fields = new ArrayList<>();
    for (RecordComponent component : type.getRecordComponents()) {
      fields.add(new Field(nameOf(component), component.getGenericType(), required(component)));
    }
    return List.copyOf(fields);
  }

  private static String nameOf(RecordComponent component) {
    JsonProperty property = component.getAccessor().getAnnotation(JsonProperty.class);
    return property == null || property.value().isEmpty()
        ? NAMES.translate(component.getName())
        : property.value();
  }

  private static boolean required(RecordComponent component) {
    return !component.getAnnotatedType().isAnnotationPresent(Nullable.class)
        && component.getType() != Optional.class;
  }
}
