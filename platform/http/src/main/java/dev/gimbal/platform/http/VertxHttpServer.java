package dev.gimbal.platform.http;

import dev.gimbal.platform.ids.Ids;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The server on Vert.x: one [Loop] an event loop, all on one port.
final class VertxHttpServer implements HttpServer {
  private static final Logger LOG = LoggerFactory.getLogger(VertxHttpServer.class);
  private static final Duration BIND_TIME = Duration.ofSeconds(20);
  private static final Duration CLOSE_TIME = Duration.ofSeconds(10);

  private final HttpConfig config;
  private final Vertx vertx;
  private final List<Route> routes;
  private final FrontDoor door;
  private final UploadSpace uploads;
  private final AtomicInteger connections = new AtomicInteger();
  private final AtomicInteger busy = new AtomicInteger();
  private final ExecutorService threads =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("request-", 0).factory());
  private final List<String> deployments = new ArrayList<>();
  private @Nullable InetSocketAddress bound;

  VertxHttpServer(HttpConfig config, Vertx vertx, HttpModule.Content content, Ids ids) {
    this.config = config;
    this.vertx = vertx;
    this.routes = OpenApi.added(content.routes());
    HttpLimits limits = config.limits();
    Path directory =
        config.uploadDirectory() != null
            ? config.uploadDirectory()
            : Path.of(
                System.getProperty("java.io.tmpdir"), "gimbal-" + ProcessHandle.current().pid());
    this.uploads = new UploadSpace(directory, limits.uploadsInFlight().bytes());
    Internals shared =
        new Internals(
            config,
            content.idempotency(),
            new ByteBudget(limits.jsonInFlight().bytes()),
            uploads,
            new Forwarded(config.trustedProxies()));
    FrontDoor.Served served =
        new FrontDoor.Served(
            content.authenticator(), routes, content.mounts(), content.assets(), content.absent());
    this.door = new FrontDoor(vertx, shared, served, ids, threads);
  }

  @Override
  public synchronized InetSocketAddress start() {
    if (bound != null) {
      throw new IllegalStateException("the server was started before");
    }
    try {
      uploads.prepare();
    } catch (IOException e) {
      throw cannot("cannot use the folder for uploads: " + e.getMessage());
    }
    if (config.tls() != null) {
      TlsFiles.check(config.tls());
    }
    int port = deploy();
    bound = new InetSocketAddress(config.host(), port);
    return bound;
  }

  private int deploy() {
    int loops =
        config.eventLoops() == 0 ? Runtime.getRuntime().availableProcessors() : config.eventLoops();
    List<Loop> made = new CopyOnWriteArrayList<>();
    Supplier<Loop> loop =
        () -> {
          Loop one = new Loop(options(), door, config.limits(), connections, busy);
          made.add(one);
          return one;
        };
    try {
      DeploymentOptions instances = new DeploymentOptions().setInstances(loops);
      deployments.add(await(vertx.deployVerticle(loop, instances), BIND_TIME));
    } catch (BindFailure e) {
      close();
      HttpConfig.Tls tls = config.tls();
      String how =
          tls == null || e.getCause() instanceof SocketException
              ? ""
              : " with server.tls.certificate " + tls.certificate() + " and key " + tls.key();
      throw cannot(
          "cannot listen on %s port %d%s: %s"
              .formatted(config.host(), config.port(), how, e.getMessage()));
    }
    return made.getFirst().port();
  }

  private static HttpException cannot(String message) {
    return new HttpException(HttpError.SERVER_FAILED, message);
  }

  private HttpServerOptions options() {
    HttpServerOptions options =
        new HttpServerOptions()
            .setHost(config.host())
            .setPort(config.port())
            .setMaxHeaderSize(config.limits().head().intBytes())
            .setMaxInitialLineLength(config.limits().head().intBytes())
            .setHttp2ClearTextEnabled(false)
            .setPerMessageWebSocketCompressionSupported(false)
            .setPerFrameWebSocketCompressionSupported(false)
            .setAcceptBacklog(1024)
            .setStrictThreadMode(true)
            .setTcpNoDelay(true);
    HttpConfig.Tls tls = config.tls();
    if (tls != null) {
      options
          .setSsl(true)
          .setUseAlpn(true)
          .setKeyCertOptions(
              new PemKeyCertOptions()
                  .setCertPath(tls.certificate().toString())
                  .setKeyPath(tls.key().toString()));
    }
    return options;
  }

  @Override
  public List<Route> routes() {
    return routes;
  }

  @Override
  public synchronized String publicUrl() {
    String configured = config.publicUrl();
    if (configured != null) {
      return configured.endsWith("/")
          ? configured.substring(0, configured.length() - 1)
          : configured;
    }
    InetSocketAddress address = Objects.requireNonNull(bound, "the server was not started");
    String host = config.host();
    boolean anywhere = host.equals("0.0.0.0") || host.equals("::");
    String shown = anywhere ? "localhost" : host.contains(":") ? "[" + host + "]" : host;
    String scheme = config.tls() == null ? "http" : "https";
    return scheme + "://" + shown + ":" + address.getPort() + config.basePath();
  }

  @Override
  public int activeRequests() {
    return Math.max(door.running(), busy.get());
  }

  @Override
  public int openConnections() {
    return connections.get();
  }

  @Override
  public boolean drain(Duration grace) {
    door.drain();
    long until = System.nanoTime() + grace.toNanos();
    // A sweep may be due that has not seen the newest requests of a mount yet.
    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(300));
    while (activeRequests() > 0) {
      if (System.nanoTime() > until || Thread.currentThread().isInterrupted()) {
        return false;
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
    }
    return true;
  }

  @Override
  public synchronized void close() {
    door.drain();
    for (String deployment : deployments) {
      try {
        await(vertx.undeploy(deployment), CLOSE_TIME);
      } catch (BindFailure e) {
        LOG.warn("an event loop of the HTTP server did not close: {}", e.getMessage());
      }
    }
    deployments.clear();
    threads.shutdownNow();
    try {
      boolean ended = threads.awaitTermination(CLOSE_TIME.toMillis(), TimeUnit.MILLISECONDS);
      LOG.debug("requests ended: {}", ended);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    try {
      uploads.clear();
    } catch (IOException e) {
      LOG.warn("uploads in flight could not be removed: {}", e.getMessage());
    }
  }

  private static <T> T await(Future<T> future, Duration time) throws BindFailure {
    try {
      return future.await(time.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new BindFailure("it took longer than " + time, e);
    } catch (Exception e) {
      throw new BindFailure(String.valueOf(e.getMessage()), e);
    }
  }

  /// An event loop did not do as told.
  private static final class BindFailure extends Exception {
    private static final long serialVersionUID = 1L;

    BindFailure(String message, Throwable cause) {
      super(message, cause);
    }
  }
}
