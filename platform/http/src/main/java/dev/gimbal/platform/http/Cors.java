package dev.gimbal.platform.http;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Pattern;

/// Lets pages of configured origins call the server with a key; never with the console's cookie.
/// Immutable.
final class Cors {
  private static final Pattern HEADER_NAMES = Pattern.compile("[A-Za-z0-9,\\- ]{1,2000}");
  private static final String EXPOSED =
      "x-request-id, retry-after, etag, x-gimbal-call, x-gimbal-model, x-gimbal-cache,"
          + " x-gimbal-release, idempotency-replayed";

  private final Set<String> origins;

  Cors(Iterable<String> allowedOrigins) {
    Set<String> set = new HashSet<>();
    allowedOrigins.forEach(set::add);
    this.origins = Set.copyOf(set);
  }

  /// Adds what a browser looks for; true if the request was a preflight and is answered.
  boolean answered(HttpServerRequest request) {
    String origin = request.getHeader(HttpHeaders.ORIGIN);
    if (origin == null) {
      return false;
    }
    HttpServerResponse response = request.response();
    boolean allowed = origins.contains(origin);
    if (allowed) {
      response.putHeader("access-control-allow-origin", origin);
      response.putHeader("access-control-expose-headers", EXPOSED);
    }
    if (!origins.isEmpty()) {
      response.putHeader("vary", "origin");
    }
    boolean preflight =
        request.method().name().equals("OPTIONS")
            && request.getHeader("access-control-request-method") != null;
    if (preflight) {
      if (allowed) {
        allow(request, response);
      }
      response.setStatusCode(204).end();
    }
    return preflight;
  }

  private static void allow(HttpServerRequest request, HttpServerResponse response) {
    response.putHeader("access-control-allow-methods", "GET, HEAD, POST, PUT, PATCH, DELETE");
    String names = request.getHeader("access-control-request-headers");
    if (names != null && HEADER_NAMES.matcher(names).matches()) {
      response.putHeader("access-control-allow-headers", names);
    }
    response.putHeader("access-control-max-age", "600");
  }
}
