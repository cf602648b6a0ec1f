package dev.gimbal.gateway.provider.fake;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gimbal.gateway.api.GatewayError;
import dev.gimbal.gateway.api.GatewayException;
import dev.gimbal.gateway.provider.api.UpstreamCall;
import dev.gimbal.gateway.provider.api.UpstreamListener;
import dev.gimbal.gateway.provider.api.UpstreamRequest;
import dev.gimbal.gateway.provider.api.UpstreamRequest.Endpoint;
import dev.gimbal.platform.json.Json;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;

/// One play of a script. On the caller's event loop; only reading the body is done beside it.
final class FakeCall implements UpstreamCall {
  private final FakeConfig config;
  private final UpstreamRequest call;
  private final UpstreamListener listener;
  private final Deque<Buffer> pieces = new ArrayDeque<>();
  private boolean over;
  private boolean paused;
  private boolean waiting;

  FakeCall(FakeConfig config, UpstreamRequest call, UpstreamListener listener) {
    this.config = config;
    this.call = call;
    this.listener = listener;
  }

  void start() {
    call.context().runOnContext(v -> read());
  }

  private void read() {
    boolean embeds = call.endpoint() == Endpoint.EMBEDDINGS;
    boolean vectors = call.model().equals(FakeVectors.MODEL);
    boolean script =
        Arrays.stream(Script.values()).anyMatch(known -> known.model().equals(call.model()));
    if (!vectors && !script) {
      fail(new GatewayException(GatewayError.MODEL_UNKNOWN, "model", "no such script"));
    } else if (vectors != embeds) {
      String why = embeds ? "a script does not embed" : "it embeds, it does not write";
      fail(new GatewayException(GatewayError.MODEL_MISMATCHED, "model", why));
    } else {
      call.context()
          .owner()
          .executeBlocking(this::answer, false)
          .onSuccess(this::play)
          .onFailure(this::fail);
    }
  }

  private FakeAnswer answer() throws IOException {
    return call.endpoint() == Endpoint.EMBEDDINGS
        ? new FakeAnswer(List.of(FakeVectors.answer(Json.MAPPER.readTree(call.body().getBytes()))))
        : FakeAnswer.to(call, said());
  }

  private String said() throws IOException {
    JsonNode body = Json.MAPPER.readTree(call.body().getBytes());
    if (call.endpoint() == Endpoint.COMPLETIONS) {
      return body.path("prompt").asText();
    }
    String said = "";
    for (JsonNode message : body.path("messages")) {
      if (message.path("role").asText().equals("user")) {
        said = text(message.path("content"));
      }
    }
    return said;
  }

  private static String text(JsonNode content) {
    if (content.isTextual()) {
      return content.textValue();
    }
    StringBuilder text = new StringBuilder();
    content.forEach(part -> text.append(part.path("text").asText()));
    return text.toString();
  }

  private void play(FakeAnswer answer) {
    if (over) {
      return;
    }
    MultiMap headers =
        HttpHeaders.headers()
            .set("content-type", call.stream() ? "text/event-stream" : "application/json");
    pieces.addAll(answer.pieces());
    listener.head(200, headers);
    next();
  }

  private void next() {
    waiting = false;
    if (over) {
      return;
    }
    if (paused) {
      waiting = true;
      return;
    }
    Buffer piece = pieces.poll();
    if (piece == null) {
      over = true;
      listener.end();
      return;
    }
    listener.data(piece);
    Vertx vertx = call.context().owner();
    if (config.pace().isZero() || pieces.isEmpty()) {
      call.context().runOnContext(v -> next());
    } else {
      vertx.setTimer(config.pace().toMillis(), id -> next());
    }
  }

  private void fail(Throwable failure) {
    if (!over) {
      over = true;
      listener.failed(
          failure instanceof GatewayException known
              ? known
              : new GatewayException(
                  GatewayError.UPSTREAM_FAILED, "The script could not be played.", null, failure));
    }
  }

  @Override
  public void cancel() {
    over = true;
  }

  @Override
  public void pause() {
    paused = true;
  }

  @Override
  public void resume() {
    paused = false;
    if (waiting) {
      call.context().runOnContext(v -> next());
    }
  }
}
