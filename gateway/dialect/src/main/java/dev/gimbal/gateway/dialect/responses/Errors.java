package dev.gimbal.gateway.dialect.responses;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gimbal.gateway.dialect.ModelError;
import dev.gimbal.gateway.dialect.ModelError.Kind;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Errors: whole answers, and those inside a stream, which have a code instead of a status.
final class Errors {
  private Errors() {}

  static ModelError read(int status, @Nullable JsonNode body) {
    JsonNode error = body == null ? Nodes.object() : body.path("error");
    if (status < 400 || status > 599) {
      return inStream(error);
    }
    return error(status, Kind.of(status), error);
  }

  /// An error that came with status 200: its kind is in its code or its type.
  static ModelError inStream(JsonNode error) {
    Kind kind = kind(Nodes.textOrEmpty(error, "code"), Nodes.textOrEmpty(error, "type"));
    return error(status(kind), kind, error);
  }

  private static ModelError error(int status, Kind kind, JsonNode error) {
    String said = error.isTextual() ? error.textValue() : Nodes.textOrEmpty(error, "message");
    String message = said.isBlank() ? "The provider failed." : said;
    return new ModelError(
        status, kind, message, Nodes.text(error, "code"), Nodes.text(error, "param"));
  }

  private static Kind kind(String code, String type) {
    Kind known = known(code);
    if (known == null) {
      known = known(type);
    }
    return known == null ? Kind.SERVER : known;
  }

  private static @Nullable Kind known(String word) {
    return switch (word.toLowerCase(Locale.ROOT)) {
      case "rate_limit_exceeded",
          "rate_limit_error",
          "too_many_requests",
          "insufficient_quota",
          "credit_balance_exhausted",
          "tokens",
          "requests" ->
          Kind.RATE_LIMITED;
      case "server_is_overloaded",
          "slow_down",
          "overloaded_error",
          "service_unavailable",
          "service_unavailable_error" ->
          Kind.OVERLOADED;
      case "timeout", "vector_store_timeout", "gateway_timeout" -> Kind.TIMEOUT;
      case "invalid_api_key", "authentication_error" -> Kind.AUTHENTICATION;
      case "permission_denied", "permission_error" -> Kind.PERMISSION;
      case "not_found", "not_found_error", "model_not_found", "image_file_not_found" ->
          Kind.NOT_FOUND;
      case "request_too_large", "image_too_large", "image_file_too_large" -> Kind.TOO_LARGE;
      case "invalid_prompt",
          "invalid_request_error",
          "context_length_exceeded",
          "bio_policy",
          "data_residency_mismatch",
          "invalid_image",
          "invalid_image_format",
          "invalid_base64_image",
          "invalid_image_url",
          "image_too_small",
          "image_parse_error",
          "image_content_policy_violation",
          "invalid_image_mode",
          "unsupported_image_media_type",
          "empty_image_file",
          "failed_to_download_image" ->
          Kind.INVALID_REQUEST;
      default -> null;
    };
  }

  private static int status(Kind kind) {
    return switch (kind) {
      case INVALID_REQUEST -> 400;
      case AUTHENTICATION -> 401;
      case PERMISSION -> 403;
      case NOT_FOUND -> 404;
      case TOO_LARGE -> 413;
      case RATE_LIMITED -> 429;
      case OVERLOADED -> 503;
      case TIMEOUT -> 504;
      case SERVER -> 500;
    };
  }

  static ObjectNode write(ModelError error) {
    ObjectNode body = Nodes.object();
    body.putObject("error")
        .put("message", error.message())
        .put("type", type(error))
        .put("param", error.field())
        .put("code", error.code());
    return body;
  }

  private static String type(ModelError error) {
    return switch (error.kind()) {
      case AUTHENTICATION -> "authentication_error";
      case PERMISSION -> "permission_error";
      case NOT_FOUND -> "not_found_error";
      case RATE_LIMITED -> "rate_limit_error";
      case INVALID_REQUEST, TOO_LARGE -> "invalid_request_error";
      case OVERLOADED, TIMEOUT, SERVER -> "server_error";
    };
  }

  /// What an error is called inside a stream.
  static String code(ModelError error) {
    if (error.code() != null) {
      return error.code();
    }
    return switch (error.kind()) {
      case INVALID_REQUEST -> "invalid_prompt";
      case AUTHENTICATION -> "invalid_api_key";
      case PERMISSION -> "permission_denied";
      case NOT_FOUND -> "not_found";
      case TOO_LARGE -> "request_too_large";
      case RATE_LIMITED -> "rate_limit_exceeded";
      case OVERLOADED -> "server_is_overloaded";
      case TIMEOUT -> "timeout";
      case SERVER -> "server_error";
    };
  }
}
