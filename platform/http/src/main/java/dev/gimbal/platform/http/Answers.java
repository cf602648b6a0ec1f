package dev.gimbal.platform.http;

import dev.gimbal.platform.errors.GimbalException;
import dev.gimbal.platform.http.Response.ClientGoneException;
import dev.gimbal.platform.json.Json;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Writes what a route answered. For one request.
final class Answers {
  private static final int CHUNK = 64 * 1024;

  /// A 204 says nothing of a length.
  static final long NO_LENGTH = -2;

  private final AnswerStream stream;
  private final Ticks ticks;
  private final boolean headOnly;
  private final Runnable beforeHead;

  /// @param headOnly for a HEAD request: no body is sent
  /// @param beforeHead runs before the head is set, on the handling thread
  Answers(AnswerStream stream, Ticks ticks, boolean headOnly, Runnable beforeHead) {
    this.stream = stream;
    this.ticks = ticks;
    this.headOnly = headOnly;
    this.beforeHead = beforeHead;
  }

  /// Calls something on the event loop from time to time until it is stopped.
  @FunctionalInterface
  interface Ticks {
    Runnable start(Runnable tick);
  }

  /// An answer from the idempotency store, byte for byte.
  static Response stored(IdempotencyStore.Answer answer) {
    Map<String, String> headers = Map.of("idempotency-replayed", "true");
    if (answer.json() == null) {
      return new Response.Empty(answer.status(), headers);
    }
    byte[] bytes = answer.json().getBytes(StandardCharsets.UTF_8);
    return new Response.Content(
        answer.status(),
        "application/json",
        bytes.length,
        new ByteArrayInputStream(bytes),
        headers);
  }

  Response problem(GimbalException exception, String requestId) {
    Map<String, String> headers = new HashMap<>();
    headers.put("content-type", Problem.CONTENT_TYPE);
    Duration after = Problem.retryAfter(exception);
    if (after != null) {
      headers.put("retry-after", Long.toString(Math.max(1, after.toSeconds())));
    }
    Problem problem = Problem.of(exception, requestId);
    return new Response.Json(problem.status(), problem, headers);
  }

  void write(Response response, RouteRequest request) throws ClientGoneException, IOException {
    switch (response) {
      case Response.Json json -> whole(json.status(), json.headers(), Json.bytes(json.value()));
      case Response.Empty empty -> empty(empty);
      case Response.Content content -> content(content);
      case Response.Events events -> new EventAnswer(stream, ticks, request.id()).run(events);
    }
  }

  void cut() {
    stream.cut();
  }

  private void whole(int status, Map<String, String> headers, byte[] bytes)
      throws ClientGoneException {
    head(status, "application/json", headers, bytes.length);
    if (headOnly) {
      stream.end();
    } else {
      stream.end(bytes);
    }
  }

  private void empty(Response.Empty empty) throws ClientGoneException {
    head(
        empty.status(),
        null,
        empty.headers(),
        empty.status() == 204 || empty.status() == 304 ? NO_LENGTH : 0);
    stream.end();
  }

  private void content(Response.Content content) throws ClientGoneException, IOException {
    try (InputStream in = content.content()) {
      head(content.status(), content.contentType(), content.headers(), content.bytes());
      if (!headOnly) {
        byte[] chunk = new byte[CHUNK];
        for (int count = in.read(chunk); count >= 0; count = in.read(chunk)) {
          stream.write(chunk, 0, count);
        }
      }
      stream.end();
    }
  }

  private void head(int status, @Nullable String type, Map<String, String> headers, long length) {
    beforeHead.run();
    Map<String, String> all = new HashMap<>();
    all.put("cache-control", "no-store");
    if (type != null) {
      all.put("content-type", type);
    }
    all.putAll(headers);
    stream.head(status, all, length);
  }
}
