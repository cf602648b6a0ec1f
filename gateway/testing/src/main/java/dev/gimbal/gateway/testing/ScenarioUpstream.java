package dev.gimbal.gateway.testing;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gimbal.platform.json.Json;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/// An upstream in OpenAI's dialect that does what the model's name says ([Scenario]) and remembers
/// each call byte for byte. Also a program: `ScenarioUpstream PORT`. Thread-safe.
public final class ScenarioUpstream implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final Vertx vertx;
  private final HttpServer server;
  private final List<Received> received = new CopyOnWriteArrayList<>();
  private final AtomicInteger connections = new AtomicInteger();
  private final Map<String, Handler<HttpServerRequest>> own = new ConcurrentHashMap<>();

  private ScenarioUpstream(Vertx vertx, int port) {
    this.vertx = vertx;
    this.server =
        vertx
            .createHttpServer(new HttpServerOptions().setHost("127.0.0.1").setPort(port))
            .connectionHandler(connection -> connections.incrementAndGet())
            .requestHandler(this::handle);
    await(server.listen());
  }

  /// Starts one on a free port of the loopback address.
  public static ScenarioUpstream start(Vertx vertx) {
    return new ScenarioUpstream(vertx, 0);
  }

  /// Runs until the process is ended. `GET /control/received` lists what came in.
  public static void main(String[] args) {
    int port = args.length == 0 ? 9101 : Integer.parseInt(args[0]);
    Vertx vertx = Vertx.vertx();
    Runtime.getRuntime().addShutdownHook(new Thread(vertx::close, "shutdown"));
    new ScenarioUpstream(vertx, port);
  }

  /// The port it listens on.
  public int port() {
    return server.actualPort();
  }

  /// What a provider's base address must be to come here.
  public String baseUrl() {
    return "http://127.0.0.1:" + port() + "/v1";
  }

  /// The same for a provider of Gemini's dialect, whose paths begin with their version.
  public String geminiUrl() {
    return "http://127.0.0.1:" + port();
  }

  /// Every call so far, oldest first.
  public List<Received> received() {
    return List.copyOf(received);
  }

  /// How many connections were made so far.
  public int connections() {
    return connections.get();
  }

  /// Waits until this many calls have come in and answers the last of them.
  public Received awaitCall(int count) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (received.size() < count) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException("only " + received.size() + " calls came");
      }
      LockSupport.parkNanos(1_000_000);
    }
    return received.get(count - 1);
  }

  /// Answers a path, whole as it comes in, in a way of the test's own.
  public void on(String path, Handler<HttpServerRequest> handler) {
    own.put(path, handler);
  }

  private void handle(HttpServerRequest request) {
    Handler<HttpServerRequest> mine = own.get(path(request));
    if (mine != null) {
      mine.handle(request);
    } else if (path(request).equals("/control/received")) {
      request
          .response()
          .end(Buffer.buffer(Json.bytes(received.stream().map(this::summary).toList())));
    } else if (path(request).endsWith("/models")) {
      request.response().putHeader("content-type", "application/json").end(Scenario.MODELS);
    } else {
      request.body().onSuccess(body -> call(request, body));
    }
  }

  private static String path(HttpServerRequest request) {
    String path = request.path();
    return path == null ? "" : path;
  }

  private Map<String, Object> summary(Received call) {
    return Map.of(
        "path", call.path(),
        "model", call.model(),
        "bytes", call.body().length,
        "events", call.sent().get(),
        "over", call.ended().isDone());
  }

  private void call(HttpServerRequest request, Buffer body) {
    JsonNode json = json(body);
    String model = json.has("model") ? json.path("model").asText() : inPath(path(request));
    Received call =
        new Received(
            path(request),
            request.headers(),
            body.getBytes(),
            model,
            new CompletableFuture<>(),
            new AtomicInteger());
    received.add(call);
    request.response().closeHandler(v -> call.ended().complete(false));
    request.response().endHandler(v -> call.ended().complete(true));
    new Scenario(vertx, request, json, call).play();
  }

  /// The model in a path of Gemini's dialect; empty in others.
  private static String inPath(String path) {
    int from = path.indexOf("/models/");
    int to = path.lastIndexOf(':');
    return from >= 0 && to > from ? path.substring(from + "/models/".length(), to) : "";
  }

  private static JsonNode json(Buffer body) {
    try {
      return Json.MAPPER.readTree(body.getBytes());
    } catch (IOException e) {
      return Json.MAPPER.createObjectNode();
    }
  }

  private static <T> T await(Future<T> future) {
    try {
      return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new IllegalStateException("the upstream did not start or stop", e);
    }
  }

  @Override
  public void close() {
    await(server.close());
  }
}
