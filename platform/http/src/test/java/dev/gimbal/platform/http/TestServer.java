package dev.gimbal.platform.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gimbal.platform.ids.TenantId;
import dev.gimbal.platform.ids.TimeOrderedIds;
import dev.gimbal.platform.json.Json;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;

/// A server on a free port of the loopback address, and a client for it.
final class TestServer implements AutoCloseable {
  static final String KEY = "gmb_writer";

  private final Vertx vertx = Vertx.vertx();
  private final HttpServer server;
  private final InetSocketAddress address;
  private final HttpClient client = HttpClient.newHttpClient();
  private final Path uploads;

  private TestServer(HttpConfig config, HttpModule.Content content, Path uploads) {
    this.uploads = uploads;
    server = HttpModule.create(config, vertx, content, new TimeOrderedIds(Clock.systemUTC()));
    address = server.start();
  }

  /// Who holds which rights, for tests.
  record Person(String id, Set<String> rights) implements Caller {
    @Override
    public TenantId tenant() {
      return TenantId.FIRST;
    }

    @Override
    public String name() {
      return id;
    }

    @Override
    public boolean may(String right) {
      return rights.contains(right);
    }
  }

  static final Authenticator PEOPLE =
      credentials -> {
        if (KEY.equals(credentials.key()) || "session-writer".equals(credentials.session())) {
          return Optional.of(new Person("key_writer", Set.of("things.read", "things.write")));
        }
        return "gmb_reader".equals(credentials.key())
            ? Optional.of(new Person("key_reader", Set.of("things.read")))
            : Optional.empty();
      };

  static TestServer of(Route... routes) {
    return of(HttpConfig.DEFAULT, routes);
  }

  static TestServer of(HttpConfig config, Route... routes) {
    return of(config, List.of(routes), List.of(), Assets.NONE);
  }

  static TestServer of(HttpConfig config, List<Route> routes, List<Mount> mounts, Assets assets) {
    try {
      Path uploads = Files.createTempDirectory("gimbal-http-test");
      HttpModule.Content content =
          new HttpModule.Content(PEOPLE, new MemoryIdempotency(), routes, mounts, assets);
      return new TestServer(
          config.listeningOn("127.0.0.1", 0).uploadingTo(uploads), content, uploads);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  HttpServer server() {
    return server;
  }

  Vertx vertx() {
    return vertx;
  }

  Path uploads() {
    return uploads;
  }

  int port() {
    return address.getPort();
  }

  HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + path))
        .timeout(Duration.ofSeconds(20))
        .header("authorization", "Bearer " + KEY);
  }

  HttpResponse<String> send(HttpRequest request) {
    try {
      return client.send(request, HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  HttpResponse<String> get(String path) {
    return send(request(path).build());
  }

  HttpResponse<String> post(String path, String json) {
    return send(
        request(path)
            .header("content-type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(json))
            .build());
  }

  static JsonNode json(HttpResponse<String> response) {
    try {
      return Json.tree(response.body());
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      throw new AssertionError("not JSON: " + response.body(), e);
    }
  }

  /// A bare connection, for clients that do not behave.
  Socket connect() throws IOException {
    Socket socket = new Socket();
    socket.setReceiveBufferSize(16 * 1024);
    socket.connect(address, 5_000);
    socket.setSoTimeout(20_000);
    return socket;
  }

  /// Sends text on a bare connection and reads until the server closes it.
  String exchange(String text) throws IOException {
    try (Socket socket = connect()) {
      socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
      socket.getOutputStream().flush();
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /// Waits until something holds; fails after 10 seconds.
  static void await(String what, BooleanSupplier condition) {
    long until = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > until) {
        throw new AssertionError("did not come to be: " + what);
      }
      java.util.concurrent.locks.LockSupport.parkNanos(5_000_000);
    }
  }

  @Override
  public void close() {
    server.close();
    client.close();
    vertx.close().await();
    try {
      Files.deleteIfExists(uploads);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException("uploads were left behind", e);
    }
  }
}
