package dev.gimbal.platform.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JavaType;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.exc.InvalidFormatException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import dev.gimbal.platform.errors.GimbalException;
import dev.gimbal.platform.errors.GimbalException.FieldError;
import dev.gimbal.platform.json.Json;
import java.io.IOException;
import java.lang.reflect.Type;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Reads a JSON body into a record and says of each wrong field where it is and what it must be.
final class JsonBody {
  /// Duplicates are looked for here, with the path that the mapper's own check does not give.
  private static final JsonFactory SCANNER =
      JsonFactory.builder()
          .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(100).build())
          .build();

  private JsonBody() {}

  /// @throws HttpException [HttpError#REQUEST_INVALID] with every unknown, missing or repeated
  ///     field, or the first one of a wrong type
  static Object read(byte[] body, Type type) {
    if (body.length == 0) {
      throw new HttpException(HttpError.REQUEST_INVALID, "the body is empty: JSON is due");
    }
    String text = text(body);
    List<FieldError> errors = new ArrayList<>();
    refuseDuplicates(text, errors);
    try {
      return bind(Json.MAPPER.readTree(text), type);
    } catch (JsonProcessingException e) {
      throw malformed(e);
    }
  }

  /// @throws HttpException as [#read]
  static Object bind(JsonNode tree, Type type) {
    List<FieldError> errors = new ArrayList<>();
    JavaType target = Json.type(type);
    RecordShape.check(tree, target, "", errors);
    if (!errors.isEmpty()) {
      throw wrong(errors);
    }
    try {
      Object value = Json.MAPPER.treeToValue(tree, target);
      if (value == null) {
        throw new HttpException(HttpError.REQUEST_INVALID, "the body is null: an object is due");
      }
      return value;
    } catch (JsonMappingException e) {
      throw wrong(List.of(fieldOf(e)));
    } catch (JsonProcessingException e) {
      throw malformed(e);
    }
  }

  private static String text(byte[] body) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString();
    } catch (CharacterCodingException e) {
      throw new HttpException(HttpError.REQUEST_INVALID, "the body is not valid UTF-8");
    }
  }

  private static void refuseDuplicates(String text, List<FieldError> errors) {
    ArrayDeque<Level> levels = new ArrayDeque<>();
    try (JsonParser parser = SCANNER.createParser(text)) {
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        Level level = levels.peek();
        switch (token) {
          case START_OBJECT, START_ARRAY -> levels.push(new Level(pathOf(level)));
          case END_OBJECT, END_ARRAY -> {
            levels.pop();
            step(levels.peek());
          }
          case FIELD_NAME -> {
            String name = parser.currentName();
            if (level != null && !level.enter(name)) {
              errors.add(new FieldError(pathOf(level), "stands there twice"));
            }
          }
          default -> step(level);
        }
      }
    } catch (JsonProcessingException e) {
      throw malformed(e);
    } catch (IOException e) {
      throw new IllegalStateException("a string cannot fail to be read", e);
    }
    if (!errors.isEmpty()) {
      throw wrong(errors);
    }
  }

  private static String pathOf(@Nullable Level level) {
    return level == null ? "" : level.path();
  }

  private static void step(@Nullable Level level) {
    if (level != null) {
      level.step();
    }
  }

  private static HttpException malformed(JsonProcessingException e) {
    var at = e.getLocation();
    String place = at == null ? "" : " at line " + at.getLineNr() + ", column " + at.getColumnNr();
    return new HttpException(HttpError.REQUEST_INVALID, "the body is not valid JSON" + place);
  }

  static HttpException wrong(List<FieldError> errors) {
    FieldError first = errors.getFirst();
    String more = errors.size() == 1 ? "" : " (and " + (errors.size() - 1) + " more)";
    String detail =
        first.field().isEmpty() ? first.message() : first.field() + ": " + first.message();
    return new HttpException(HttpError.REQUEST_INVALID, detail + more, errors);
  }

  private static FieldError fieldOf(JsonMappingException e) {
    if (e.getCause() instanceof GimbalException own && !own.fields().isEmpty()) {
      return own.fields().getFirst();
    }
    String path = path(e);
    if (e instanceof InvalidFormatException format && format.getTargetType().isEnum()) {
      return new FieldError(path, "must be one of " + names(format.getTargetType()));
    }
    if (e instanceof MismatchedInputException mismatch && mismatch.getTargetType() != null) {
      return new FieldError(path, "must be " + described(mismatch.getTargetType()));
    }
    return new FieldError(path, saidBy(e.getCause()));
  }

  /// What the constructor of a record says when it refuses.
  private static String saidBy(@Nullable Throwable cause) {
    return cause instanceof IllegalArgumentException && cause.getMessage() != null
        ? cause.getMessage()
        : "is not allowed here";
  }

  private static String path(JsonMappingException e) {
    StringBuilder path = new StringBuilder();
    for (JsonMappingException.Reference step : e.getPath()) {
      if (step.getFieldName() == null) {
        path.append('[').append(step.getIndex()).append(']');
      } else {
        path.append(path.isEmpty() ? "" : ".").append(step.getFieldName());
      }
    }
    return path.toString();
  }

  private static String names(Class<?> type) {
    List<String> names = new ArrayList<>();
    for (Object constant : Arrays.asList(type.getEnumConstants())) {
      names.add(Json.MAPPER.convertValue(constant, String.class));
    }
    return String.join(", ", names);
  }

  private static String described(Class<?> type) {
    if (type == String.class) {
      return "text";
    }
    if (type == boolean.class || type == Boolean.class) {
      return "true or false";
    }
    if (type == int.class || type == Integer.class || type == long.class || type == Long.class) {
      return "a whole number";
    }
    if (type.isPrimitive() || Number.class.isAssignableFrom(type)) {
      return "a number";
    }
    if (type.isArray() || Iterable.class.isAssignableFrom(type)) {
      return "a list";
    }
    if (java.time.temporal.Temporal.class.isAssignableFrom(type)) {
      return "a time like 2026-01-31T12:00:00Z";
    }
    return type.isRecord() || java.util.Map.class.isAssignableFrom(type)
        ? "an object"
        : "a " + type.getSimpleName().toLowerCase(Locale.ROOT);
  }

  /// One object or list that is open while scanning.
  private static final class Level {
    private final String base;
    private final Set<String> names = new HashSet<>();
    private @Nullable String name;
    private int index;

    Level(String base) {
      this.base = base;
    }

    boolean enter(String next) {
      name = next;
      return names.add(next);
    }

    void step() {
      index++;
    }

    String path() {
      if (name == null) {
        return base + "[" + index + "]";
      }
      return base.isEmpty() ? name : base + "." + name;
    }
  }
}
