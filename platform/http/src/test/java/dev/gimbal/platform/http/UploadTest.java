package dev.gimbal.platform.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gimbal.platform.config.ByteSize;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class UploadTest {
  private static final HttpLimits SMALL =
      new HttpLimits(
          HttpLimits.DEFAULT.connections(),
          HttpLimits.DEFAULT.requests(),
          new ByteSize(1000),
          HttpLimits.DEFAULT.jsonInFlight(),
          new ByteSize(200_000),
          new ByteSize(500_000),
          new ByteSize(600_000),
          3,
          HttpLimits.DEFAULT.head(),
          HttpLimits.DEFAULT.firstHead(),
          HttpLimits.DEFAULT.keepAlive(),
          HttpLimits.DEFAULT.bodyTime(),
          HttpLimits.DEFAULT.bodySilence(),
          HttpLimits.DEFAULT.uploadTime(),
          HttpLimits.DEFAULT.stalledClient(),
          HttpLimits.DEFAULT.eventsKeepAlive());

  private final AtomicInteger handled = new AtomicInteger();

  record Seen(String field, String name, String type, long bytes, String sha256) {}

  record SeenForm(Map<String, String> fields, List<Seen> files, int number) {}

  private final Route take =
      Route.post("/api/files")
          .right("things.write")
          .multipart()
          .handle(
              request ->
                  Response.ok(
                      new SeenForm(
                          request.form(),
                          request.uploads().stream().map(UploadTest::seen).toList(),
                          handled.incrementAndGet())));

  @Test
  void shouldHandOverFilesAndFieldsAsTheyWereSent() throws Exception {
    byte[] random = new byte[150_000];
    new Random(7).nextBytes(random);
    // What looks almost like a boundary must not end the file.
    byte[] traps = "\r\n--bound\r\n--boundarX\r\n\r\n-\r\r\n--".getBytes(StandardCharsets.UTF_8);
    System.arraycopy(traps, 0, random, 65_500, traps.length);
    try (TestServer server = TestServer.of(HttpConfig.DEFAULT.within(SMALL), take)) {
      JsonNode form =
          TestServer.json(
              server.send(
                  form(server)
                      .POST(
                          body(
                              field("key", "文档/手册"),
                              file("file", "文档/手册 (1).pdf", random),
                              file("file", "empty.txt", new byte[0])))
                      .build()));

      assertThat(form.get("fields").get("key").asText()).isEqualTo("文档/手册");
      assertThat(form.get("files").findValuesAsText("name"))
          .containsExactly("文档/手册 (1).pdf", "empty.txt");
      assertThat(form.get("files").get(0).get("sha256").asText()).isEqualTo(sha256(random));
      assertThat(form.get("files").get(1).get("bytes").asInt()).isZero();
      requireNothingLeft(server);
    }
  }

  @Test
  void shouldReadAFormInWhateverPiecesItComes() throws IOException {
    byte[] whole =
        bytes(
            body(field("a", "b"), file("file", "x.txt", "hello".getBytes(StandardCharsets.UTF_8))));
    try (TestServer server = TestServer.of(HttpConfig.DEFAULT.within(SMALL), take)) {
      for (int cut = 1; cut < whole.length; cut += 7) {
        try (Socket socket = server.connect()) {
          socket.setTcpNoDelay(true);
          String head =
              "POST /api/files HTTP/1.1\r\nhost: x\r\nconnection: close\r\nauthorization: Bearer "
                  + TestServer.KEY
                  + "\r\ncontent-type: multipart/form-data; boundary=boundary\r\ncontent-length: "
                  + whole.length
                  + "\r\n\r\n";
          socket.getOutputStream().write(head.getBytes(StandardCharsets.UTF_8));
          socket.getOutputStream().write(whole, 0, cut);
          socket.getOutputStream().flush();
          socket.getOutputStream().write(whole, cut, whole.length - cut);
          String answer =
              new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
          assertThat(answer).as("cut at %s", cut).contains("\"bytes\":5").contains("{\"a\":\"b\"}");
        }
      }
    }
  }

  @Test
  void shouldRefuseAFileOverTheLimitByNameAndLeaveNothing() {
    try (TestServer server = TestServer.of(HttpConfig.DEFAULT.within(SMALL), take)) {
      HttpResponse<String> answer =
          server.send(form(server).POST(body(file("file", "big.pdf", new byte[200_001]))).build());

      assertThat(answer.statusCode()).isEqualTo(413);
      assertThat(answer.body()).contains("big.pdf", "200000");
      requireNothingLeft(server);
      assertThat(handled).hasValue(0);
    }
  }

  @Test
  void shouldRefuseMoreFilesAndMoreBytesThanTheLimits() {
    try (TestServer server = TestServer.of(HttpConfig.DEFAULT.within(SMALL), take)) {
      byte[] small = new byte[10];
      byte[] large = new byte[190_000];

      HttpResponse<String> many =
          server.send(
              form(server)
                  .POST(
                      body(
                          file("file", "1", small),
                          file("file", "2", small),
                          file("file", "3", small),
                          file("file", "4", small)))
                  .build());
      HttpResponse<String> heavy =
          server.send(
              form(server)
                  .POST(
                      body(
                          file("file", "1", large),
                          file("file", "2", large),
                          file("file", "3", large)))
                  .build());
      HttpResponse<String> longField =
          server.send(form(server).POST(body(field("key", "x".repeat(1001)))).build());

      assertThat(many.statusCode()).isEqualTo(413);
      assertThat(heavy.statusCode()).isEqualTo(413);
      assertThat(longField.statusCode()).isEqualTo(413);
      requireNothingLeft(server);
    }
  }

  @Test
  void shouldRefuseUploadsWhileTooManyBytesAreInFlightAndTakeThemLater() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    CountDownLatch holding = new CountDownLatch(2);
    Route hold =
        Route.post("/api/hold")
            .right("things.write")
            .multipart()
            .handle(
                request -> {
                  holding.countDown();
                  release.await();
                  return Response.nothing();
                });
    try (TestServer server = TestServer.of(HttpConfig.DEFAULT.within(SMALL), hold, take)) {
      byte[] half = new byte[199_000];
      List<Thread> held = new ArrayList<>();
      for (int number = 0; number < 2; number++) {
        held.add(
            Thread.ofVirtual()
                .start(
                    () ->
                        server.send(
                            form(server, "/api/hold")
                                .POST(body(file("file", "a", half)))
                                .build())));
      }
      holding.await();
      HttpRequest two =
          form(server).POST(body(file("file", "a", half), file("file", "b", half))).build();

      HttpResponse<String> refused = server.send(two);

      assertThat(refused.statusCode()).isEqualTo(503);
      assertThat(refused.headers().firstValue("retry-after")).isPresent();
      release.countDown();
      for (Thread one : held) {
        one.join();
      }
      TestServer.await("everything was given back", () -> server.send(two).statusCode() == 200);
      requireNothingLeft(server);
    }
  }

  @Test
  void shouldRemoveWhatAClientThatWentAwayHadSent() throws Exception {
    try (TestServer server = TestServer.of(HttpConfig.DEFAULT.within(SMALL), take)) {
      try (Socket socket = server.connect()) {
        String head =
            "POST /api/files HTTP/1.1\r\nhost: x\r\nauthorization: Bearer "
                + TestServer.KEY
                + "\r\ncontent-type: multipart/form-data; boundary=b\r\ncontent-length: 100000\r\n\r\n"
                + "--b\r\ncontent-disposition: form-data; name=file; filename=x\r\n\r\n"
                + "y".repeat(50_000);
        socket.getOutputStream().write(head.getBytes(StandardCharsets.UTF_8));
        socket.getOutputStream().flush();
        TestServer.await("the file is being written", () -> left(server).size() == 1);
      }
      TestServer.await("the file is gone", () -> left(server).isEmpty());
      TestServer.await("nothing runs", () -> server.server().activeRequests() == 0);
      assertThat(handled).hasValue(0);
    }
  }

  @Test
  void shouldRefuseMalformedForms() {
    try (TestServer server = TestServer.of(HttpConfig.DEFAULT.within(SMALL), take)) {
      for (String malformed :
          List.of(
              "",
              "--boundary",
              "--boundary\r\n",
              "--boundary\r\n\r\nx\r\n--boundary--\r\n",
              "--boundary\r\ncontent-disposition: form-data\r\n\r\nx\r\n--boundary--\r\n",
              "--boundary\r\ncontent-disposition: form-data; name=a\r\n\r\nx",
              "--boundary\r\nx" + ": y".repeat(10_000) + "\r\n\r\n--boundary--\r\n")) {
        HttpResponse<String> answer =
            server.send(form(server).POST(HttpRequest.BodyPublishers.ofString(malformed)).build());

        assertThat(answer.statusCode()).as(malformed).isEqualTo(400);
      }
      assertThat(server.post("/api/files", "{}").statusCode()).isEqualTo(415);
      requireNothingLeft(server);
    }
  }

  @Test
  void shouldCloseTheConnectionOfAFormThatWasRefusedAfterAllOfItCame() throws IOException {
    try (TestServer server = TestServer.of(HttpConfig.DEFAULT.within(SMALL), take)) {
      List<Throwable> unhandled = new CopyOnWriteArrayList<>();
      server.vertx().exceptionHandler(unhandled::add);

      String answer =
          server.exchange(
              "POST /api/files HTTP/1.1\r\nhost: x\r\nauthorization: Bearer "
                  + TestServer.KEY
                  + "\r\ncontent-type: multipart/form-data; boundary=boundary"
                  + "\r\ntransfer-encoding: chunked\r\n\r\n"
                  + "11\r\n--boundary\r\n\r\nwho\r\n"
                  + "8\r\nis left?\r\n0\r\n\r\n");

      assertThat(answer).startsWith("HTTP/1.1 400 ").contains("connection: close");
      assertThat(unhandled).isEmpty();
      TestServer.await("it is closed", () -> server.server().openConnections() == 0);
    }
  }

  @Test
  void shouldTellUploadsUnderOneIdempotencyKeyApartByTheirContent() {
    try (TestServer server = TestServer.of(HttpConfig.DEFAULT.within(SMALL), take)) {
      HttpRequest.Builder first = form(server).header("idempotency-key", "k");
      byte[] content = {1, 2, 3};
      byte[] other = {1, 2, 4};

      HttpResponse<String> once =
          server.send(first.copy().POST(body(file("file", "a", content))).build());
      HttpResponse<String> again =
          server.send(
              first
                  .copy()
                  .setHeader("content-type", "multipart/form-data; boundary=\"other\"")
                  .POST(
                      HttpRequest.BodyPublishers.ofByteArray(
                          rebound(body(file("file", "a", content)))))
                  .build());
      HttpResponse<String> changed =
          server.send(first.copy().POST(body(file("file", "a", other))).build());

      assertThat(once.statusCode()).isEqualTo(200);
      assertThat(again.body()).isEqualTo(once.body());
      assertThat(changed.statusCode()).isEqualTo(409);
      assertThat(handled).hasValue(1);
    }
  }

  @Test
  void shouldRemoveUploadsThatAKilledProcessLeft() throws IOException {
    try (TestServer server = TestServer.of(HttpConfig.DEFAULT, take)) {
      Files.createFile(server.uploads().resolve("upload-left"));
      Files.createFile(server.uploads().resolve("precious"));
      UploadSpace space = new UploadSpace(server.uploads(), 10);

      space.prepare();

      assertThat(left(server)).containsExactly("precious");
      Files.delete(server.uploads().resolve("precious"));
    }
  }

  private static Seen seen(Request.Upload upload) {
    try (InputStream in = upload.open()) {
      return new Seen(
          upload.field(),
          upload.fileName(),
          upload.contentType(),
          upload.bytes(),
          sha256(in.readAllBytes()));
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static String sha256(byte[] bytes) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }

  /// A file goes with its request, a moment after the answer came.
  private static void requireNothingLeft(TestServer server) {
    TestServer.await("no upload is left", () -> left(server).isEmpty());
  }

  private static List<String> left(TestServer server) {
    try (Stream<java.nio.file.Path> files = Files.list(server.uploads())) {
      return files.map(file -> file.getFileName().toString()).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static HttpRequest.Builder form(TestServer server) {
    return form(server, "/api/files");
  }

  private static HttpRequest.Builder form(TestServer server, String path) {
    return server.request(path).header("content-type", "multipart/form-data; boundary=boundary");
  }

  private static byte[] field(String name, String value) {
    return part("form-data; name=\"" + name + "\"", value.getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] file(String name, String fileName, byte[] content) {
    return part("form-data; name=\"" + name + "\"; filename=\"" + fileName + "\"", content);
  }

  private static byte[] part(String disposition, byte[] content) {
    return joined(
        ("--boundary\r\nContent-Disposition: " + disposition + "\r\n\r\n")
            .getBytes(StandardCharsets.UTF_8),
        content,
        "\r\n".getBytes(StandardCharsets.UTF_8));
  }

  private static HttpRequest.BodyPublisher body(byte[]... parts) {
    List<byte[]> all = new ArrayList<>(List.of(parts));
    all.add("--boundary--\r\n".getBytes(StandardCharsets.UTF_8));
    return HttpRequest.BodyPublishers.ofByteArray(joined(all.toArray(new byte[0][])));
  }

  private static byte[] bytes(HttpRequest.BodyPublisher publisher) {
    HttpResponse.BodySubscriber<byte[]> into = HttpResponse.BodySubscribers.ofByteArray();
    publisher.subscribe(
        new java.util.concurrent.Flow.Subscriber<>() {
          @Override
          public void onSubscribe(java.util.concurrent.Flow.Subscription subscription) {
            into.onSubscribe(subscription);
          }

          @Override
          public void onNext(java.nio.ByteBuffer item) {
            into.onNext(List.of(item));
          }

          @Override
          public void onError(Throwable throwable) {
            into.onError(throwable);
          }

          @Override
          public void onComplete() {
            into.onComplete();
          }
        });
    return into.getBody().toCompletableFuture().join();
  }

  private static byte[] rebound(HttpRequest.BodyPublisher publisher) {
    return new String(bytes(publisher), StandardCharsets.ISO_8859_1)
        .replace("--boundary", "--other")
        .getBytes(StandardCharsets.ISO_8859_1);
  }

  private static byte[] joined(byte[]... pieces) {
    java.io.ByteArrayOutputStream all = new java.io.ByteArrayOutputStream();
    for (byte[] piece : pieces) {
      all.writeBytes(piece);
    }
    return all.toByteArray();
  }
}
