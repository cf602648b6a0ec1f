package dev.gimbal.gateway.core.call;

import dev.gimbal.gateway.core.wire.ErrorAnswer;
import dev.gimbal.gateway.limits.Decision.Nearest;
import dev.gimbal.gateway.limits.Decision.Standing;
import dev.gimbal.platform.http.HeaderText;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The connection of a caller.
final class HttpAnswer implements Answer {
  private static final Pattern NOT_PLAIN = Pattern.compile("[^\\x20-\\x7e]");
  private static final String WARNING = "x-gimbal-warning";
  private static final String JSON = "application/json";
  private static final CharSequence JSON_VALUE = HeaderText.of(JSON);
  private static final Unit REQUESTS = Unit.of("requests");
  private static final Unit TOKENS = Unit.of("tokens");
  private static final int SPARE = 256;

  /// So much is sent at once.
  private static final int MOST_PENDING = 16 << 10;

  private final Context loop =
      Objects.requireNonNull(Vertx.currentContext(), "answers are made on event loops");
  private final HttpServerResponse response;
  private final ErrorForm form;
  private final InstantSource clock;
  private @Nullable Buffer pending;

  /// @param clock tells when a limit is whole again, where the dialect says that as a time
  HttpAnswer(HttpServerRequest request, ErrorForm form, InstantSource clock) {
    this.response = request.response();
    this.form = form;
    this.clock = clock;
  }

  /// Says a header on whatever the answer will be.
  void header(CharSequence name, String value) {
    response.putHeader(name, HeaderText.of(value));
  }

  /// Calls back when the caller reads again, and when it is gone.
  void attach(RunningCall call) {
    response.drainHandler(v -> call.drained());
    response.exceptionHandler(e -> call.gone());
    response.closeHandler(v -> call.gone());
  }

  @Override
  public void limits(Standing standing) {
    limit(REQUESTS, standing.requests());
    limit(TOKENS, standing.tokens());
  }

  private void limit(Unit unit, @Nullable Nearest nearest) {
    if (nearest != null) {
      header(unit.limit, Long.toString(nearest.limit()));
      header(unit.remaining, Long.toString(nearest.remaining()));
      header(unit.reset, nearest.reset().toMillis() + "ms");
      if (form == ErrorForm.ANTHROPIC) {
        header(unit.anthropicLimit, Long.toString(nearest.limit()));
        header(unit.anthropicRemaining, Long.toString(nearest.remaining()));
        Instant at = clock.instant().plus(nearest.reset()).plusMillis(999);
        header(unit.anthropicReset, at.truncatedTo(ChronoUnit.SECONDS).toString());
      }
    }
  }

  /// The headers that tell of a limit of requests or of tokens.
  private record Unit(
      CharSequence limit,
      CharSequence remaining,
      CharSequence reset,
      CharSequence anthropicLimit,
      CharSequence anthropicRemaining,
      CharSequence anthropicReset) {
    static Unit of(String name) {
      return new Unit(
          HeaderText.of("x-ratelimit-limit-" + name),
          HeaderText.of("x-ratelimit-remaining-" + name),
          HeaderText.of("x-ratelimit-reset-" + name),
          HeaderText.of("anthropic-ratelimit-" + name + "-limit"),
          HeaderText.of("anthropic-ratelimit-" + name + "-remaining"),
          HeaderText.of("anthropic-ratelimit-" + name + "-reset"));
    }
  }

  @Override
  public void warn(List<String> fields) {
    String said = String.join(", ", fields);
    String earlier = response.headers().get(WARNING);
    String before = earlier == null ? "not sent: " : earlier + ", ";
    header(WARNING, before + NOT_PLAIN.matcher(said).replaceAll("?"));
  }

  @Override
  public void cached(String said, @Nullable String key) {
    header("x-gimbal-cache", said);
    if (key != null) {
      header("x-gimbal-cache-key", key);
    }
  }

  @Override
  public void used(CallRecord.Tokens tokens) {}

  @Override
  public void head(int status, String contentType) {
    response
        .setStatusCode(status)
        .setChunked(true)
        .putHeader(HttpHeaders.CONTENT_TYPE, type(contentType));
    if (contentType.startsWith("text/event-stream")) {
      response.putHeader("cache-control", "no-cache").putHeader("x-accel-buffering", "no");
    }
  }

  /// What is written in one turn of the loop goes out in one piece: a write to the connection costs
  /// more than all that is done to an event.
  @Override
  public void write(Buffer bytes) {
    Buffer all = pending;
    if (all == null) {
      all = Buffer.buffer(bytes.length() + SPARE);
      loop.runOnContext(v -> flush());
    }
    pending = all.appendBuffer(bytes);
    if (all.length() >= MOST_PENDING) {
      flush();
    }
  }

  private void flush() {
    Buffer bytes = pending;
    pending = null;
    if (bytes != null && !response.closed() && !response.ended()) {
      response.write(bytes);
    }
  }

  @Override
  public boolean full() {
    return response.writeQueueFull();
  }

  @Override
  public void end(Buffer last) {
    Buffer before = pending;
    pending = null;
    if (!response.closed() && !response.ended()) {
      response.end(before == null ? last : before.appendBuffer(last));
    }
  }

  @Override
  public void whole(int status, String contentType, Buffer body) {
    if (!response.closed() && !response.ended()) {
      response
          .setStatusCode(status)
          .putHeader(HttpHeaders.CONTENT_TYPE, type(contentType))
          .end(body);
    }
  }

  private static CharSequence type(String contentType) {
    return contentType.equals(JSON) ? JSON_VALUE : HeaderText.of(contentType);
  }

  @Override
  public void refuse(ErrorAnswer error) {
    if (error.retryAfter() != null) {
      long seconds = Math.max(1, (error.retryAfter().toMillis() + 999) / 1000);
      header("retry-after", Long.toString(seconds));
    }
    if (error.status() == 401) {
      header("www-authenticate", "Bearer");
    }
    whole(error.status(), JSON, form.body(error));
  }

  @Override
  public void cut() {
    flush();
    response.reset();
  }
}
