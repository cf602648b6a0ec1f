package dev.gimbal.platform.http;

import io.vertx.core.MultiMap;
import io.vertx.core.http.Cookie;
import io.vertx.core.http.HttpServerRequest;
import org.jspecify.annotations.Nullable;

/// Finds the credentials of a request where clients put them.
public final class RequestCredentials {
  private static final String BEARER = "Bearer ";

  private RequestCredentials() {}

  /// The key from `Authorization: Bearer`, `x-api-key` or `x-goog-api-key`; else the console's
  /// session, which counts for requests that change something only with its CSRF header.
  public static Authenticator.Credentials of(HttpServerRequest request) {
    String key = key(request.headers());
    return new Authenticator.Credentials(key, key == null ? session(request) : null);
  }

  private static @Nullable String key(MultiMap headers) {
    String authorization = headers.get("authorization");
    if (authorization != null && authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
      return authorization.substring(BEARER.length()).strip();
    }
    String key = headers.get("x-api-key");
    return key != null ? key : headers.get("x-goog-api-key");
  }

  private static @Nullable String session(HttpServerRequest request) {
    String method = request.method().name();
    boolean reads = method.equals("GET") || method.equals("HEAD");
    return reads ? cookie(request) : provenSession(request);
  }

  /// The console's session of a request that carries its CSRF header, whatever its method.
  public static @Nullable String provenSession(HttpServerRequest request) {
    String session = cookie(request);
    return session != null && Csrf.fits(session, request.getHeader(Csrf.HEADER)) ? session : null;
  }

  static @Nullable String cookie(HttpServerRequest request) {
    Cookie cookie = request.getCookie(SessionCookie.NAME);
    return cookie == null || cookie.getValue().isEmpty() ? null : cookie.getValue();
  }
}
