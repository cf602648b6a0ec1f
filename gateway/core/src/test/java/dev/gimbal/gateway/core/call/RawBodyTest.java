package dev.gimbal.gateway.core.call;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gimbal.gateway.provider.api.BodyStream;
import dev.gimbal.platform.errors.GimbalException;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RawBodyTest {
  @Test
  void shouldSendOnWhatMayComeAndStopAtTheLimit() throws Exception {
    assertThat(sent(1_000, 1_000)).isEqualTo("1000 ended");
    assertThat(sent(200_000, 1_000)).endsWith("The body is larger than 1000 bytes.");
  }

  private static String sent(int bytes, long most) throws Exception {
    Vertx vertx = Vertx.vertx();
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpServer server =
          vertx
              .createHttpServer()
              .requestHandler(
                  request -> {
                    Buffer passed = Buffer.buffer();
                    new RawBody(
                            request,
                            most,
                            new RawBody.Listener() {
                              @Override
                              public void sent() {}

                              @Override
                              public void tooLarge(GimbalException failure) {
                                assertThat(passed.length()).isLessThanOrEqualTo((int) most);
                                request.response().end(failure.getMessage());
                              }
                            })
                        .start(
                            new BodyStream.Sink() {
                              @Override
                              public void piece(Buffer piece) {
                                passed.appendBuffer(piece);
                              }

                              @Override
                              public void end() {
                                request.response().end(passed.length() + " ended");
                              }
                            });
                  })
              .listen(0, "127.0.0.1")
              .toCompletionStage()
              .toCompletableFuture()
              .get(20, TimeUnit.SECONDS);
      HttpResponse<String> answer =
          client.send(
              HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.actualPort()))
                  .version(HttpClient.Version.HTTP_1_1)
                  .POST(BodyPublishers.ofByteArray(new byte[bytes]))
                  .build(),
              BodyHandlers.ofString());
      return answer.body();
    } finally {
      vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }
  }
}
