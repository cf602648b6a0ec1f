package dev.gimbal.platform.http;

import io.netty.handler.codec.TooLongFrameException;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// One event loop's share of the server. It watches its connections: those that send no request in
/// time are closed, and no more than a limit of them is held by all loops together.
///
/// A sweep finds out which requests have ended, rather than handlers on the responses, because
/// mounts need those handlers themselves.
final class Loop extends VerticleBase {
  private static final long SLOWEST_SWEEP_MILLIS = 250;

  private final HttpServerOptions options;
  private final FrontDoor door;
  private final HttpLimits limits;
  private final AtomicInteger connections;
  private final AtomicInteger busy;
  private final Map<HttpConnection, Watched> watched = new HashMap<>();
  private int reported;
  private volatile int port;
  private io.vertx.core.http.@Nullable HttpServer server;

  /// @param connections open ones of all loops
  /// @param busy requests of all loops, as the last sweeps saw them
  Loop(
      HttpServerOptions options,
      FrontDoor door,
      HttpLimits limits,
      AtomicInteger connections,
      AtomicInteger busy) {
    this.options = options;
    this.door = door;
    this.limits = limits;
    this.connections = connections;
    this.busy = busy;
  }

  @Override
  public Future<?> start() {
    long period = Math.clamp(limits.firstHead().toMillis() / 4, 20, SLOWEST_SWEEP_MILLIS);
    vertx.setPeriodic(period, tick -> sweep());
    server =
        vertx
            .createHttpServer(options)
            .connectionHandler(this::opened)
            .invalidRequestHandler(this::malformed)
            .requestHandler(this::request);
    // Port 0: a free one that all loops share, not one each.
    SocketAddress address =
        options.getPort() == 0
            ? SocketAddress.sharedRandomPort(1, options.getHost())
            : SocketAddress.inetSocketAddress(options.getPort(), options.getHost());
    return server.listen(address).onSuccess(bound -> port = bound.actualPort());
  }

  @Override
  public Future<?> stop() {
    List.copyOf(watched.keySet()).forEach(Connections::cut);
    return server == null ? Future.succeededFuture() : server.close();
  }

  int port() {
    return port;
  }

  private void opened(HttpConnection connection) {
    if (connections.incrementAndGet() > limits.connections()) {
      connections.decrementAndGet();
      connection.close();
      return;
    }
    watched.put(connection, new Watched());
    connection.closeHandler(
        closed -> {
          if (watched.remove(connection) != null) {
            connections.decrementAndGet();
          }
        });
  }

  private void request(HttpServerRequest request) {
    Watched state = watched.get(request.connection());
    if (state == null) {
      request.connection().close();
      return;
    }
    state.began(request.response());
    door.handle(request);
  }

  /// What is no HTTP, or has a head over the limit.
  private void malformed(HttpServerRequest request) {
    boolean tooLong = request.decoderResult().cause() instanceof TooLongFrameException;
    door.refuseUnread(
        request,
        tooLong
            ? new HttpException(
                HttpError.HEAD_TOO_LARGE,
                "the line or the headers are longer than " + limits.head().bytes() + " bytes")
            : new HttpException(HttpError.REQUEST_INVALID, "this is not HTTP"));
    request.response().bodyEndHandler(sent -> request.connection().close());
  }

  private void sweep() {
    long now = System.nanoTime();
    int active = 0;
    List<HttpConnection> idle = new ArrayList<>();
    for (Map.Entry<HttpConnection, Watched> entry : watched.entrySet()) {
      Watched state = entry.getValue();
      active += state.active(now);
      if (state.idleFor(now) > patience(state).toNanos()) {
        idle.add(entry.getKey());
      }
    }
    busy.addAndGet(active - reported);
    reported = active;
    // Closing runs the close handler, which changes the map.
    idle.forEach(Connections::cut);
  }

  private Duration patience(Watched state) {
    return state.used ? limits.keepAlive() : limits.firstHead();
  }

  /// What a connection does.
  private static final class Watched {
    private final List<HttpServerResponse> running = new ArrayList<>(1);
    private long idleSince = System.nanoTime();
    private boolean used;

    /// What has ended goes before the next one is held: until a sweep it would be thousands of
    /// requests, and the collector would copy all that hangs on each.
    void began(HttpServerResponse response) {
      used = true;
      while (!running.isEmpty() && isOver(running.getLast())) {
        running.removeLast();
      }
      running.add(response);
    }

    private static boolean isOver(HttpServerResponse response) {
      return response.ended() || response.closed();
    }

    int active(long now) {
      if (running.isEmpty()) {
        return 0;
      }
      running.removeIf(Watched::isOver);
      idleSince = now;
      return running.size();
    }

    long idleFor(long now) {
      return running.isEmpty() ? now - idleSince : 0;
    }
  }
}
