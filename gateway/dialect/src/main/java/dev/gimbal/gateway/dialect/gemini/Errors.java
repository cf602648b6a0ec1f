package dev.gimbal.gateway.dialect.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gimbal.gateway.dialect.ModelError;
import dev.gimbal.gateway.dialect.ModelError.Kind;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Errors as `google.rpc.Status` has them.
final class Errors {
  private static final String TYPE = "type.googleapis.com/google.rpc.";
  private static final Set<String> STATUSES =
      Set.of(
          "INVALID_ARGUMENT",
          "FAILED_PRECONDITION",
          "OUT_OF_RANGE",
          "UNAUTHENTICATED",
          "PERMISSION_DENIED",
          "NOT_FOUND",
          "ABORTED",
          "ALREADY_EXISTS",
          "RESOURCE_EXHAUSTED",
          "CANCELLED",
          "DATA_LOSS",
          "UNKNOWN",
          "INTERNAL",
          "UNIMPLEMENTED",
          "UNAVAILABLE",
          "DEADLINE_EXCEEDED");

  private Errors() {}

  /// Also reads an error as the one element of a list, as a stream without events has it.
  static ModelError read(int status, @Nullable JsonNode body) {
    JsonNode whole = body != null && body.isArray() ? body.get(0) : body;
    JsonNode error = Nodes.object(whole, "error");
    if (error == null) {
      return new ModelError(
          status, Kind.of(status), "The provider answered with status " + status + ".", null, null);
    }
    @Nullable String message = Nodes.text(error, "message");
    @Nullable String name = Nodes.text(error, "status");
    @Nullable String reason = null;
    @Nullable String field = null;
    for (JsonNode detail : Nodes.list(error, "details")) {
      reason = reason == null ? Nodes.text(detail, "reason") : reason;
      for (JsonNode violation : Nodes.list(detail, "fieldViolations")) {
        field = field == null ? Nodes.text(violation, "field") : field;
      }
    }
    return new ModelError(
        status,
        kind(status, name, reason),
        message == null ? "The provider answered with status " + status + "." : message,
        reason == null ? name : reason,
        field);
  }

  /// An error amid a stream, which names its status itself.
  static ModelError inBand(JsonNode body) {
    @Nullable Long code = Nodes.whole(Nodes.object(body, "error"), "code");
    return read(code == null || code < 400 || code > 599 ? 500 : code.intValue(), body);
  }

  private static Kind kind(int status, @Nullable String name, @Nullable String reason) {
    // A wrong key is an invalid argument in the vendor's eyes.
    if ("API_KEY_INVALID".equals(reason)) {
      return Kind.AUTHENTICATION;
    }
    return switch (name == null ? "" : name) {
      case "UNAUTHENTICATED" -> Kind.AUTHENTICATION;
      case "PERMISSION_DENIED" -> Kind.PERMISSION;
      case "NOT_FOUND" -> Kind.NOT_FOUND;
      case "RESOURCE_EXHAUSTED" -> Kind.RATE_LIMITED;
      case "UNAVAILABLE" -> Kind.OVERLOADED;
      case "DEADLINE_EXCEEDED" -> Kind.TIMEOUT;
      default -> Kind.of(status);
    };
  }

  static ObjectNode write(ModelError error) {
    ObjectNode body = Nodes.object();
    ObjectNode written = body.putObject("error");
    written.put("code", error.status());
    written.put("message", error.message());
    written.put("status", name(error));
    ArrayNode details = written.arrayNode();
    if (error.code() != null && !STATUSES.contains(error.code())) {
      details.addObject().put("@type", TYPE + "ErrorInfo").put("reason", error.code());
    }
    if (error.field() != null) {
      details
          .addObject()
          .put("@type", TYPE + "BadRequest")
          .putArray("fieldViolations")
          .addObject()
          .put("field", error.field())
          .put("description", error.message());
    }
    if (!details.isEmpty()) {
      written.set("details", details);
    }
    return body;
  }

  private static String name(ModelError error) {
    return switch (error.kind()) {
      case INVALID_REQUEST, TOO_LARGE -> "INVALID_ARGUMENT";
      case AUTHENTICATION -> "UNAUTHENTICATED";
      case PERMISSION -> "PERMISSION_DENIED";
      case NOT_FOUND -> "NOT_FOUND";
      case RATE_LIMITED -> "RESOURCE_EXHAUSTED";
      case OVERLOADED -> "UNAVAILABLE";
      case TIMEOUT -> "DEADLINE_EXCEEDED";
      case SERVER -> "INTERNAL";
    };
  }
}
