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
  /// @param absent says of a path that nobody here serves why that is so
  public record Content(
      Authenticator authenticator,
      IdempotencyStore idempotency,
      List<Route> routes,
      List<Mount> mounts,
      Assets assets,
      Absent absent) {
    public Content {
      routes = List.copyOf(routes);
      mounts = List.copyOf(mounts);
    }

    /// With every room.
    public Content(
        Authenticator authenticator,
        IdempotencyStore idempotency,
        List<Route> routes,
        List<Mount> mounts,
        Assets assets) {
      this(authenticator, idempotency, routes, mounts, assets, Absent.NOTHING);
    }
  }

  /// Paths that a server with more rooms would serve.
  ///
  /// @param prefixes as in `/api/collections`
  /// @param message for who asks for them
  public record Absent(List<String> prefixes, String message) {
    /// Every room is there.
    public static final Absent NOTHING = new Absent(List.of(), "");

    public Absent {
      prefixes = List.copyOf(prefixes);
    }

    boolean has(String path) {
      return prefixes.stream()
          .anyMatch(
              prefix ->
                  path.equals(prefix) || (path.startsWith(prefix + "/") && !prefix.equals("/")));
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
