package dev.gimbal.gateway.provider.openai;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gimbal.gateway.api.Model;
import dev.gimbal.platform.json.Json;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;

/// What an endpoint lists at `/models`, asked anew from time to time and never waited for.
/// Thread-safe.
final class ModelNames {
  private static final long FRESH_NANOS = Duration.ofMinutes(5).toNanos();
  private static final long NEVER = Long.MIN_VALUE;
  private static final int LARGEST = 4 << 20;

  private final OpenAiProvider provider;
  private final AtomicLong asked = new AtomicLong(NEVER);
  private volatile List<Model> names = List.of();

  ModelNames(OpenAiProvider provider) {
    this.provider = provider;
  }

  List<Model> known() {
    long now = System.nanoTime();
    long last = asked.get();
    if ((last == NEVER || now - last > FRESH_NANOS) && asked.compareAndSet(last, now)) {
      ask();
    }
    return names;
  }

  private void ask() {
    provider
        .upstream()
        .address()
        .compose(
            address ->
                provider.client().request(provider.options(HttpMethod.GET, "/models", address)))
        .compose(request -> request.send())
        .compose(this::body)
        .onSuccess(this::read);
  }

  private Future<Buffer> body(HttpClientResponse response) {
    Buffer body = Buffer.buffer();
    response.handler(
        piece -> {
          if (body.length() + piece.length() > LARGEST) {
            response.request().reset();
          } else {
            body.appendBuffer(piece);
          }
        });
    return response.end().map(v -> response.statusCode() == 200 ? body : Buffer.buffer("{}"));
  }

  /// An endpoint does not say what its models do: a name with `embed` in it embeds.
  private void read(Buffer body) {
    List<Model> read = new ArrayList<>();
    try {
      for (JsonNode model : Json.MAPPER.readTree(body.getBytes()).path("data")) {
        String name = model.path("id").asText();
        boolean embeds = name.toLowerCase(Locale.ROOT).contains("embed");
        Model.Kind kind = embeds ? Model.Kind.EMBEDDING : Model.Kind.CHAT;
        if (!name.isEmpty()) {
          read.add(new Model(name, kind, null, null, null, false));
        }
      }
    } catch (IOException e) {
      return;
    }
    names = List.copyOf(read);
  }
}
