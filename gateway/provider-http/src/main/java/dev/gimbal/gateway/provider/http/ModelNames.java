package dev.gimbal.gateway.provider.http;

import dev.gimbal.gateway.api.Model;
import dev.gimbal.platform.json.Json;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What an endpoint lists at `/models`, asked anew from time to time and never waited for.
/// Thread-safe.
final class ModelNames {
  private static final Logger LOG = LoggerFactory.getLogger(ModelNames.class);
  private static final long FRESH_NANOS = Duration.ofMinutes(5).toNanos();
  private static final long NEVER = Long.MIN_VALUE;
  private static final int LARGEST = 4 << 20;

  private final HttpProvider provider;
  private final AtomicLong asked = new AtomicLong(NEVER);
  private volatile List<Model> names = List.of();

  ModelNames(HttpProvider provider) {
    this.provider = provider;
  }

  List<Model> known() {
    long now = System.nanoTime();
    long last = asked.get();
    if ((last == NEVER || now - last > FRESH_NANOS) && asked.compareAndSet(last, now)) {
      provider.onLoop(this::ask);
    }
    return names;
  }

  private void ask() {
    provider
        .upstream()
        .address()
        .compose(
            address ->
                provider
                    .client()
                    .request(
                        provider.options(HttpMethod.GET, provider.wire().modelsPath(), address)))
        .compose(
            request -> {
              provider.credential().forEach(request::putHeader);
              return request.send();
            })
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

  private void read(Buffer body) {
    try {
      names = List.copyOf(provider.wire().models(Json.MAPPER.readTree(body.getBytes())));
    } catch (IOException e) {
      // What is no JSON lists nothing; what was listed before stays, and it is asked again.
      LOG.debug("{} lists no models", provider.name(), e);
    }
  }
}
