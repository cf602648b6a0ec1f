package dev.gimbal.gateway.dialect.messages;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gimbal.gateway.dialect.ModelError;
import dev.gimbal.gateway.dialect.ModelError.Kind;
import org.jspecify.annotations.Nullable;

/// Errors, whole and in streams.
final class Errors {
  private static final String BILLING = "billing_error";
  private static final String CONFLICT = "conflict_error";

  private Errors() {}

  static ModelError read(int status, @Nullable JsonNode body) {
    String type = body == null ? null : body.path("error").path("type").textValue();
    Kind kind = kind(type);
    String message = body == null ? null : message(body);
    return new ModelError(
        status,
        kind == null ? Kind.of(status) : kind,
        message == null || message.isBlank()
            ? "The provider answered with status " + status + "."
            : message,
        code(type),
        null);
  }

  /// An error within a stream, which has no status of its own.
  static ModelError readStreamed(JsonNode event) {
    String type = event.path("error").path("type").textValue();
    Kind kind = kind(type);
    return read(BILLING.equals(type) ? 402 : status(kind == null ? Kind.SERVER : kind), event);
  }

  // A proxy between says it in its own way.
  private static @Nullable String message(JsonNode body) {
    JsonNode error = body.path("error");
    if (error.isTextual()) {
      return error.textValue();
    }
    String message = error.path("message").textValue();
    return message == null ? body.path("message").textValue() : message;
  }

  private static @Nullable Kind kind(@Nullable String type) {
    return switch (type) {
      case "invalid_request_error", CONFLICT -> Kind.INVALID_REQUEST;
      case "authentication_error" -> Kind.AUTHENTICATION;
      case "permission_error", BILLING -> Kind.PERMISSION;
      case "not_found_error" -> Kind.NOT_FOUND;
      case "request_too_large" -> Kind.TOO_LARGE;
      case "rate_limit_error" -> Kind.RATE_LIMITED;
      case "overloaded_error" -> Kind.OVERLOADED;
      case "timeout_error" -> Kind.TIMEOUT;
      case "api_error" -> Kind.SERVER;
      case null, default -> null;
    };
  }

  // What a kind does not say.
  private static @Nullable String code(@Nullable String type) {
    return BILLING.equals(type) || CONFLICT.equals(type) ? type : null;
  }

  private static int status(Kind kind) {
    return switch (kind) {
      case INVALID_REQUEST -> 400;
      case AUTHENTICATION -> 401;
      case PERMISSION -> 403;
      case NOT_FOUND -> 404;
      case TOO_LARGE -> 413;
      case RATE_LIMITED -> 429;
      case OVERLOADED -> 529;
      case TIMEOUT -> 504;
      case SERVER -> 500;
    };
  }

  static ObjectNode write(ModelError error) {
    String field = error.field();
    boolean names = field == null || error.message().contains(field);
    ObjectNode body = JsonNodeFactory.instance.objectNode().put("type", "error");
    body.putObject("error")
        .put("type", type(error))
        // There is no field for the field.
        .put("message", names ? error.message() : field + ": " + error.message());
    return body;
  }

  private static String type(ModelError error) {
    String code = code(error.code());
    if (code != null) {
      return code;
    }
    return switch (error.kind()) {
      case INVALID_REQUEST -> "invalid_request_error";
      case AUTHENTICATION -> "authentication_error";
      case PERMISSION -> "permission_error";
      case NOT_FOUND -> "not_found_error";
      case TOO_LARGE -> "request_too_large";
      case RATE_LIMITED -> "rate_limit_error";
      case OVERLOADED -> "overloaded_error";
      case TIMEOUT -> "timeout_error";
      case SERVER -> "api_error";
    };
  }
}
