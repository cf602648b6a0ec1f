package dev.gimbal.gateway.dialect.chat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gimbal.gateway.dialect.ModelError;
import org.jspecify.annotations.Nullable;

/// `{"error": {"message", "type", "param", "code"}}`, and what compatible servers make of it.
final class Errors {
  private static final int SERVER = 500;

  private Errors() {}

  static ModelError read(int status, @Nullable JsonNode body) {
    JsonNode error = error(body);
    String message = message(error);
    return new ModelError(
        status,
        ModelError.Kind.of(status),
        message == null ? "The provider answered with status " + status + "." : message,
        code(error),
        Nodes.text(error, "param"));
  }

  /// An error in a stream or under status 200: the status is in its code or follows of its type.
  static ModelError inBand(@Nullable JsonNode body) {
    JsonNode error = error(body);
    Long code = Nodes.whole(error, "code");
    int status = code != null && code >= 400 && code < 600 ? code.intValue() : status(error);
    ModelError read = read(status, body);
    return message(error) == null
        ? new ModelError(
            status, read.kind(), "The provider's answer failed.", read.code(), read.field())
        : read;
  }

  /// Gemini wraps it into a list; vLLM and FastAPI leave the wrapping out.
  private static @Nullable JsonNode error(@Nullable JsonNode body) {
    JsonNode whole = body != null && body.isArray() && !body.isEmpty() ? body.get(0) : body;
    if (whole == null || !whole.isObject()) {
      return whole;
    }
    JsonNode error = whole.get("error");
    return error == null || error.isNull() ? whole : error;
  }

  private static @Nullable String message(@Nullable JsonNode error) {
    if (error != null && error.isTextual() && !error.textValue().isEmpty()) {
      return error.textValue();
    }
    String message = Nodes.text(error, "message");
    return message == null ? Nodes.text(error, "detail") : message;
  }

  private static @Nullable String code(@Nullable JsonNode error) {
    String code = Nodes.text(error, "code");
    Long number = Nodes.whole(error, "code");
    return code == null && number != null ? number.toString() : code;
  }

  private static int status(@Nullable JsonNode error) {
    String code = Nodes.text(error, "code");
    int byCode = code == null ? SERVER : named(code);
    String type = Nodes.text(error, "type");
    return byCode == SERVER && type != null ? named(type) : byCode;
  }

  private static int named(String name) {
    return switch (name) {
      case "invalid_request_error", "context_length_exceeded", "content_policy_violation" -> 400;
      case "authentication_error", "invalid_api_key" -> 401;
      case "permission_error" -> 403;
      case "not_found_error", "model_not_found" -> 404;
      case "request_too_large" -> 413;
      case "rate_limit_error", "rate_limit_exceeded", "insufficient_quota", "requests", "tokens" ->
          429;
      case "overloaded_error", "service_unavailable_error" -> 503;
      case "timeout_error" -> 504;
      default -> SERVER;
    };
  }

  static ObjectNode write(ModelError error) {
    ObjectNode body = Nodes.object();
    ObjectNode inner = body.putObject("error");
    inner.put("message", error.message());
    inner.put("type", type(error.kind()));
    if (error.field() != null) {
      inner.put("param", error.field());
    }
    if (error.code() != null) {
      inner.put("code", error.code());
    }
    return body;
  }

  private static String type(ModelError.Kind kind) {
    return switch (kind) {
      case INVALID_REQUEST -> "invalid_request_error";
      case AUTHENTICATION -> "authentication_error";
      case PERMISSION -> "permission_error";
      case NOT_FOUND -> "not_found_error";
      case TOO_LARGE -> "request_too_large";
      case RATE_LIMITED -> "rate_limit_error";
      case OVERLOADED -> "overloaded_error";
      case TIMEOUT -> "timeout_error";
      case SERVER -> "server_error";
    };
  }
}
