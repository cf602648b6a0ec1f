package dev.gimbal.platform.http;

import java.time.Duration;

/// The console's cookie: not readable by scripts, never sent from other sites.
public final class SessionCookie {
  /// Its name.
  public static final String NAME = "gimbal_session";

  private SessionCookie() {}

  /// Value of a `set-cookie` header that sets it.
  public static String set(Request request, String session, Duration life) {
    return NAME + "=" + session + attributes(request) + "; Max-Age=" + life.toSeconds();
  }

  /// Value of a `set-cookie` header that removes it.
  public static String clear(Request request) {
    return NAME + "=" + attributes(request) + "; Max-Age=0";
  }

  private static String attributes(Request request) {
    return "; Path="
        + request.basePath()
        + "/; HttpOnly; SameSite=Strict"
        + (request.secure() ? "; Secure" : "");
  }
}
