package dev.gimbal.platform.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gimbal.platform.config.ByteSize;
import dev.gimbal.platform.json.Json;
import io.vertx.core.http.HttpServerResponse;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.ref.WeakReference;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/// Each limit: what is over it is told so or dropped, and nothing else is hurt.
class LimitsTest {
  private static final HttpLimits QUICK =
      new HttpLimits(
          64,
          4,
          ByteSize.mebibytes(1),
          ByteSize.mebibytes(3),
          new ByteSize(200_000),
          new ByteSize(500_000),
          new ByteSize(600_000),
          3,
          new ByteSize(8 * 1024),
          Duration.ofMillis(700),
          Duration.ofMillis(900),
          Duration.ofMillis(1500),
          Duration.ofMillis(700),
          Duration.ofSeconds(5),
          Duration.ofMillis(700),
          Duration.ofMillis(100));

  record Text(String text) {}

  private static final Route ECHO =
      Route.post("/api/echo")
          .right("things.write")
          .body(Text.class)
          .handle(
              request -> Response.ok(Map.of("length", request.body(Text.class).text().length())));
  private static final Route ALIVE =
      Route.get("/health/live").open().handle(request -> Response.ok(Map.of("ok", true)));

  @Test
  void shouldTakeABodyUpToTheLimitAndRefuseOneOverIt() {
    try (TestServer server = quick(ECHO, ALIVE)) {
      int limit = (int) QUICK.json().bytes();
      String fits = "{\"text\":\"" + "x".repeat(limit - 11) + "\"}";

      assertThat(fits).hasSize(limit);
      assertThat(server.post("/api/echo", fits).statusCode()).isEqualTo(200);
      HttpResponse<String> over = server.post("/api/echo", fits + " ");
      assertThat(over.statusCode()).isEqualTo(413);
      assertThat(TestServer.json(over).get("detail").asText()).contains("1MiB");
      assertThat(server.get("/health/live").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void shouldRefuseATooLargeBodyOfUnknownLengthWhileItComes() {
    try (TestServer server = quick(ECHO)) {
      InputStream large = new ByteArrayInputStream(new byte[5 << 20]);
      HttpRequest request =
          server
              .request("/api/echo")
              .header("content-type", "application/json")
              .POST(HttpRequest.BodyPublishers.ofInputStream(() -> large))
              .build();

      assertThat(server.send(request).statusCode()).isEqualTo(413);
    }
  }

  @Test
  void shouldAnswerAnUnauthorisedUploadWithoutReadingIt() throws IOException {
    try (TestServer server = quick(ECHO)) {
      String answer =
          server.exchange(
              "POST /api/echo HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n"
                  + "content-length: 900000000\r\n\r\n{");

      assertThat(answer).startsWith("HTTP/1.1 401 ").contains("connection: close");
    }
  }

  @Test
  void shouldGiveUpABodyThatStopsComing() throws IOException {
    try (TestServer server = quick(ECHO)) {
      String answer = server.exchange(head("/api/echo", 100) + "{");

      assertThat(answer).startsWith("HTTP/1.1 408 ").contains("body_too_slow");
    }
  }

  @Test
  void shouldGiveUpABodyThatComesTooSlowly() throws Exception {
    try (TestServer server = quick(ECHO);
        Socket socket = server.connect()) {
      socket.getOutputStream().write(head("/api/echo", 1000).getBytes(StandardCharsets.UTF_8));
      CountDownLatch stop = new CountDownLatch(1);
      Thread dripping =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      while (!stop.await(100, TimeUnit.MILLISECONDS)) {
                        socket.getOutputStream().write(' ');
                        socket.getOutputStream().flush();
                      }
                    } catch (IOException | InterruptedException e) {
                      // The server closed it, as it should.
                    }
                  });

      String answer = new String(socket.getInputStream().readNBytes(12), StandardCharsets.UTF_8);

      assertThat(answer).isEqualTo("HTTP/1.1 408");
      stop.countDown();
      dripping.join();
    }
  }

  @Test
  void shouldCloseAThousandSilentConnectionsAndServeOthersMeanwhile() throws IOException {
    HttpLimits many = limits(2000, QUICK.requests());
    try (TestServer server = TestServer.of(HttpConfig.DEFAULT.within(many), ALIVE)) {
      List<Socket> silent = new ArrayList<>();
      for (int number = 0; number < 1000; number++) {
        silent.add(server.connect());
      }
      assertThat(server.get("/health/live").statusCode()).isEqualTo(200);

      for (Socket socket : silent) {
        assertThat(socket.getInputStream().read()).isEqualTo(-1);
        socket.close();
      }
      assertThat(server.get("/health/live").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void shouldCloseAConnectionWhoseHeadComesTooSlowly() throws Exception {
    try (TestServer server = quick(ALIVE);
        Socket socket = server.connect()) {
      long start = System.nanoTime();
      boolean closed = false;
      while (!closed && System.nanoTime() - start < Duration.ofSeconds(10).toNanos()) {
        try {
          socket.getOutputStream().write('G');
          socket.setSoTimeout(50);
          closed = socket.getInputStream().read() < 0;
        } catch (java.net.SocketTimeoutException e) {
          closed = false;
        } catch (IOException e) {
          closed = true;
        }
      }
      assertThat(closed).isTrue();
    }
  }

  @Test
  void shouldCloseAnIdleConnectionAfterItsRequest() throws IOException {
    try (TestServer server = quick(ALIVE)) {
      String answer = server.exchange("GET /health/live HTTP/1.1\r\nhost: x\r\n\r\n");

      assertThat(answer).startsWith("HTTP/1.1 200 OK");
    }
  }

  @Test
  void shouldRefuseConnectionsOverTheLimitAndTakeNewOnesLater() throws IOException {
    HttpLimits few = limits(3, QUICK.requests());
    try (TestServer server = TestServer.of(HttpConfig.DEFAULT.within(few), ALIVE)) {
      List<Socket> held = new ArrayList<>();
      for (int number = 0; number < 3; number++) {
        held.add(server.connect());
      }
      TestServer.await("three are open", () -> server.server().openConnections() == 3);
      try (Socket fourth = server.connect()) {
        assertThat(fourth.getInputStream().read()).isEqualTo(-1);
      }
      for (Socket socket : held) {
        socket.close();
      }
      TestServer.await("all are closed", () -> server.server().openConnections() == 0);
      assertThat(server.get("/health/live").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void shouldSayThatItIsBusyWhenTooManyRequestsRun() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    CountDownLatch running = new CountDownLatch(4);
    Route slow =
        Route.get("/api/slow")
            .open()
            .handle(
                request -> {
                  running.countDown();
                  release.await();
                  return Response.nothing();
                });
    try (TestServer server = quick(slow)) {
      List<Thread> callers = new ArrayList<>();
      for (int number = 0; number < 4; number++) {
        callers.add(Thread.ofVirtual().start(() -> server.get("/api/slow")));
      }
      running.await();

      HttpResponse<String> fifth = server.get("/api/slow");

      assertThat(fifth.statusCode()).isEqualTo(503);
      assertThat(TestServer.json(fifth).get("code").asText()).isEqualTo("server_busy");
      assertThat(fifth.headers().firstValue("retry-after")).contains("1");
      release.countDown();
      for (Thread caller : callers) {
        caller.join();
      }
      TestServer.await("nothing runs", () -> server.server().activeRequests() == 0);
      assertThat(server.get("/api/slow").statusCode()).isEqualTo(204);
    }
  }

  @Test
  void shouldDropAClientThatStopsReadingAndServeOthersMeanwhile() throws Exception {
    AtomicReference<String> outcome = new AtomicReference<>("");
    Route flood =
        Route.get("/api/flood")
            .open()
            .handle(
                request ->
                    new Response.Events(
                        sink -> {
                          try {
                            while (true) {
                              sink.send("text", Map.of("text", "x".repeat(10_000)));
                            }
                          } catch (Response.ClientGoneException e) {
                            outcome.set("gone");
                            throw e;
                          }
                        }));
    try (TestServer server = quick(flood, ALIVE);
        Socket socket = server.connect()) {
      socket.getOutputStream().write(get("/api/flood"));
      assertThat(socket.getInputStream().read()).isPositive();

      for (int number = 0; number < 20; number++) {
        assertThat(server.get("/health/live").statusCode()).isEqualTo(200);
      }
      TestServer.await("the slow reader is dropped", () -> outcome.get().equals("gone"));
      TestServer.await("nothing runs", () -> server.server().activeRequests() == 0);
    }
  }

  @Test
  void shouldDropAClientThatStopsReadingAFile() throws Exception {
    Route file =
        Route.get("/api/file")
            .open()
            .handle(
                request ->
                    new Response.Content(
                        200,
                        "application/octet-stream",
                        50_000_000,
                        new ByteArrayInputStream(new byte[50_000_000]),
                        Map.of()));
    try (TestServer server = quick(file);
        Socket socket = server.connect()) {
      socket.getOutputStream().write(get("/api/file"));
      assertThat(socket.getInputStream().read()).isPositive();

      TestServer.await("it runs no more", () -> server.server().activeRequests() == 0);
    }
  }

  @Test
  void shouldTellAnEventSourceThatItsClientIsGone() throws Exception {
    CountDownLatch gone = new CountDownLatch(1);
    Route waiting =
        Route.get("/api/waiting")
            .open()
            .handle(
                request ->
                    new Response.Events(
                        sink -> {
                          TestServer.await("the client is gone", sink::gone);
                          gone.countDown();
                        }));
    try (TestServer server = quick(waiting)) {
      try (Socket socket = server.connect()) {
        socket.getOutputStream().write(get("/api/waiting"));
        assertThat(socket.getInputStream().read()).isPositive();
      }
      assertThat(gone.await(10, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void shouldKeepASilentEventStreamOpenWithComments() throws Exception {
    CountDownLatch end = new CountDownLatch(1);
    Route quiet =
        Route.get("/api/quiet")
            .open()
            .handle(
                request ->
                    new Response.Events(
                        sink -> {
                          sink.send("one", Map.of("n", 1));
                          end.await();
                          throw new HttpException(HttpError.SERVER_BUSY, "no more");
                        }));
    try (TestServer server = quick(quiet);
        Socket socket = server.connect()) {
      socket.getOutputStream().write(get("/api/quiet"));
      StringBuilder seen = new StringBuilder();
      while (seen.toString().split(": keep-alive\n\n", -1).length < 4) {
        seen.append((char) socket.getInputStream().read());
      }
      end.countDown();
      while (!seen.toString().endsWith("0\r\n\r\n")) {
        seen.append((char) socket.getInputStream().read());
      }

      assertThat(seen).contains("text/event-stream", "event: one\ndata: {\"n\":1}\n\n");
      assertThat(seen).contains("event: error\ndata: {\"type\":\"urn:gimbal:error:server_busy\"");
    }
  }

  @Test
  void shouldHoldNoRequestThatEndedOnceItsConnectionBringsTheNext() {
    List<WeakReference<HttpServerResponse>> seen = new CopyOnWriteArrayList<>();
    Mount mount =
        new Mount(
            "/seen",
            request -> {
              seen.add(new WeakReference<>(request.response()));
              String left = "";
              if ("count".equals(request.query())) {
                System.gc();
                left = Long.toString(seen.stream().filter(one -> one.get() != null).count());
              }
              request.response().end(left);
            });
    try (TestServer server =
        TestServer.of(HttpConfig.DEFAULT, List.of(), List.of(mount), Assets.NONE)) {
      for (int call = 0; call < 100; call++) {
        server.send(server.request("/seen").build());
      }

      String left = server.send(server.request("/seen?count").build()).body();

      // This one, and the one whose end the connection may still be busy with.
      assertThat(Integer.parseInt(left)).isLessThanOrEqualTo(3);
    }
  }

  @Test
  void shouldRefuseAHeadOverTheLimit() throws IOException {
    try (TestServer server = quick(ALIVE)) {
      String answer =
          server.exchange(
              "GET /health/live HTTP/1.1\r\nhost: x\r\nx-long: " + "y".repeat(20_000) + "\r\n\r\n");

      assertThat(answer).startsWith("HTTP/1.1 431 ");
      assertSaysWhyInBothShapes(answer, "head_too_large");
      assertThat(server.get("/health/live").statusCode()).isEqualTo(200);
    }
  }

  @Test
  void shouldRefuseWhatIsNoHttp() throws IOException {
    try (TestServer server = quick(ALIVE)) {
      String answer = server.exchange("\u0016\u0003\u0001 not http\r\n\r\n");

      assertThat(answer).contains(" 400 Bad Request");
      assertSaysWhyInBothShapes(answer, "request_invalid");
      assertThat(server.get("/health/live").statusCode()).isEqualTo(200);
    }
  }

  /// Nobody knows whether a client of `/v1` sent it.
  private static void assertSaysWhyInBothShapes(String answer, String code) throws IOException {
    assertThat(answer).contains("x-request-id: req_", "content-type: application/json");
    JsonNode body = Json.tree(answer.substring(answer.indexOf("\r\n\r\n")).strip());
    assertThat(body.path("code").asText()).isEqualTo(code);
    assertThat(body.at("/error/code").asText()).isEqualTo(code);
    assertThat(body.at("/error/message").asText()).isNotBlank();
  }

  @Test
  void shouldTakeNoNewWorkAndEndWhatRunsWhenItDrains() throws Exception {
    CountDownLatch running = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    Route slow =
        Route.get("/api/slow")
            .open()
            .handle(
                request -> {
                  running.countDown();
                  release.await();
                  return Response.ok(Map.of("done", true));
                });
    try (TestServer server = quick(slow, ALIVE)) {
      AtomicReference<HttpResponse<String>> answer = new AtomicReference<>();
      Thread caller = Thread.ofVirtual().start(() -> answer.set(server.get("/api/slow")));
      running.await();

      assertThat(server.server().drain(Duration.ofMillis(50))).isFalse();
      HttpResponse<String> refused = server.get("/api/slow");
      assertThat(refused.statusCode()).isEqualTo(503);
      assertThat(TestServer.json(refused).get("code").asText()).isEqualTo("server_draining");
      assertThat(server.get("/health/live").statusCode()).isEqualTo(200);

      release.countDown();
      assertThat(server.server().drain(Duration.ofSeconds(10))).isTrue();
      caller.join();
      assertThat(answer.get().body()).isEqualTo(Json.write(Map.of("done", true)));
    }
  }

  private static TestServer quick(Route... routes) {
    return TestServer.of(HttpConfig.DEFAULT.within(QUICK), routes);
  }

  private static HttpLimits limits(int connections, int requests) {
    return new HttpLimits(
        connections,
        requests,
        QUICK.json(),
        QUICK.jsonInFlight(),
        QUICK.file(),
        QUICK.upload(),
        QUICK.uploadsInFlight(),
        QUICK.files(),
        QUICK.head(),
        Duration.ofSeconds(3),
        QUICK.keepAlive(),
        QUICK.bodyTime(),
        QUICK.bodySilence(),
        QUICK.uploadTime(),
        QUICK.stalledClient(),
        QUICK.eventsKeepAlive());
  }

  private static byte[] get(String path) {
    return ("GET " + path + " HTTP/1.1\r\nhost: x\r\n\r\n").getBytes(StandardCharsets.UTF_8);
  }

  private static String head(String path, int length) {
    return "POST "
        + path
        + " HTTP/1.1\r\nhost: x\r\nauthorization: Bearer "
        + TestServer.KEY
        + "\r\ncontent-type: application/json\r\ncontent-length: "
        + length
        + "\r\n\r\n";
  }
}
