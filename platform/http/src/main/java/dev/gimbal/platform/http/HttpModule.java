package dev.gimbal.platform.http;

import dev.gimbal.platform.ids.Ids;
import io.vertx.core.Vertx;
import java.util.List;

/// The door for wiring.
public final class HttpModule {
  private HttpModule() {}

  /// What the server serves.
  ///
  /// @param authenticator tells who asks
  /// @param idempotency remembers answers of requests under an idempotency key
  /// @param routes of all rooms; `/api/openapi.json` is added
  /// @param mounts of all rooms
  /// @param assets of the console
  public record Content(
      Authenticator authenticator,
      IdempotencyStore idempotency,
      List<Route> routes,
      List<Mount> mounts,
      Assets assets) {
    public Content {
      routes = List.copyOf(routes);
      mounts = List.copyOf(mounts);
    }
  }

  /// A server that does not listen yet.
  ///
  /// @param vertx whose event loops it runs on; stays the caller's
  /// @throws IllegalStateException if two routes have the same method and path
  public static HttpServer create(HttpConfig config, Vertx vertx, Content content, Ids ids) {
    return new VertxHttpServer(config, vertx, content, ids);
  }
}
