package dev.gimbal.gateway.core.call;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gimbal.gateway.api.GatewayError;
import dev.gimbal.gateway.api.GatewayException;
import dev.gimbal.gateway.core.wire.ErrorAnswer;
import dev.gimbal.gateway.core.wire.EventScan;
import dev.gimbal.gateway.core.wire.EventSplitter;
import dev.gimbal.gateway.core.wire.MalformedJsonException;
import dev.gimbal.gateway.core.wire.MeterScan;
import dev.gimbal.gateway.routing.Failure;
import dev.gimbal.platform.json.Json;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The answer of a call whose bytes pass. Its last piece is held until the call is on record; JSON
/// is held until it is whole, if it is not large, so that one that breaks off can become an error;
/// events go on at once. On the call's event loop.
final class PassedAnswer implements EventSplitter.Handler {
  private static final int HELD = 1 << 20;
  private static final int LARGEST_ERROR = 64 << 10;

  private final PassedRun run;
  private final HttpAnswer answer;
  private final MeterScan scan = new MeterScan(MeterScan.Meter.BOTH);
  private final EventSplitter splitter = new EventSplitter();
  private final int status;
  private final String contentType;
  private final @Nullable String disposition;
  private final @Nullable Duration retryAfter;
  private final boolean json;
  private final boolean events;
  private final boolean text;
  private Buffer held = Buffer.buffer();
  private boolean begun;
  private boolean broken;

  PassedAnswer(PassedRun run, HttpAnswer answer, Clock clock, int status, MultiMap headers) {
    this.run = run;
    this.answer = answer;
    this.status = status;
    String type = headers.get("content-type");
    this.contentType = type == null ? "application/octet-stream" : type;
    this.disposition = headers.get("content-disposition");
    this.retryAfter = RetryAfter.parse(headers.get("retry-after"), clock);
    String kind = contentType.toLowerCase(Locale.ROOT);
    this.json = kind.startsWith("application/json");
    this.events = kind.startsWith("text/event-stream");
    this.text = json || kind.startsWith("text/");
    scan.next();
  }

  MeterScan scan() {
    return scan;
  }

  boolean begun() {
    return begun;
  }

  int status() {
    return status;
  }

  private boolean succeeded() {
    return status >= 200 && status <= 299;
  }

  void data(Buffer bytes) {
    if (!succeeded()) {
      held.appendBuffer(bytes, 0, Math.min(bytes.length(), LARGEST_ERROR - held.length()));
      return;
    }
    run.firstByte();
    if (text) {
      run.said(bytes);
    }
    if (events) {
      splitter.feed(bytes.getBytes(), this);
      begin();
      answer.write(bytes);
      return;
    }
    if (json) {
      read(bytes);
    }
    if (begun || held.length() + bytes.length() > (json ? HELD : 0)) {
      begin();
      answer.write(held);
      held = bytes;
    } else {
      held.appendBuffer(bytes);
    }
  }

  private void begin() {
    if (!begun) {
      begun = true;
      disposition();
      answer.head(status, contentType);
    }
  }

  private void disposition() {
    if (disposition != null) {
      answer.header("content-disposition", disposition);
    }
  }

  private void read(Buffer bytes) {
    if (!broken) {
      try {
        scan.feed(bytes.getBytes(), 0, bytes.length());
      } catch (MalformedJsonException e) {
        broken = true;
      }
    }
  }

  @Override
  public void event(byte[] bytes, int from, int to) {
    EventScan.read(bytes, from, to, scan);
  }

  @Override
  public void part(byte[] bytes, int from, int to) {
    // An event this large is a picture; its usage comes with the last one, which is small, or not.
  }

  void end() {
    if (!succeeded()) {
      run.failed(Failure.status(status, retryAfter), error());
      return;
    }
    if (json && !broken) {
      try {
        scan.finish();
      } catch (MalformedJsonException e) {
        broken = true;
      }
    }
    if (broken) {
      run.failed(
          Failure.brokeOff(),
          ErrorAnswer.of(
              new GatewayException(
                  GatewayError.UPSTREAM_FAILED, "The provider's answer is not whole JSON.")));
    } else if (begun) {
      run.succeed(status, () -> answer.end(held));
    } else {
      run.succeed(
          status,
          () -> {
            disposition();
            answer.whole(status, contentType, held);
          });
    }
  }

  /// What the caller did wrong passes as the upstream said it; what is between us and the upstream
  /// does not.
  private ErrorAnswer error() {
    GatewayError code =
        switch (status) {
          case 429, 503, 529 -> GatewayError.UPSTREAM_BUSY;
          case 408, 504 -> GatewayError.UPSTREAM_TIMED_OUT;
          default ->
              status >= 400 && status < 500
                  ? GatewayError.UPSTREAM_REFUSED
                  : GatewayError.UPSTREAM_FAILED;
        };
    boolean passes = status >= 400 && status != 401 && status != 403 && status != 407;
    int shown = passes && status < 500 ? status : code.status();
    if (passes && isError()) {
      return new ErrorAnswer(shown, code, held, retryAfter);
    }
    String message = "The provider answered " + status + ".";
    ErrorAnswer ours = ErrorAnswer.of(new GatewayException(code, message, retryAfter, null));
    return new ErrorAnswer(shown, code, ours.body(), retryAfter);
  }

  private boolean isError() {
    try {
      JsonNode tree = Json.MAPPER.readTree(held.getBytes());
      return tree != null && tree.isObject() && tree.hasNonNull("error");
    } catch (IOException e) {
      return false;
    }
  }
}
