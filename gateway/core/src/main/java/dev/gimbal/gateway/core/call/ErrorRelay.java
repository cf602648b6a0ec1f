package dev.gimbal.gateway.core.call;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gimbal.gateway.api.GatewayError;
import dev.gimbal.gateway.api.GatewayException;
import dev.gimbal.gateway.core.wire.ErrorAnswer;
import dev.gimbal.gateway.routing.Failure;
import dev.gimbal.platform.json.Json;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Turns an upstream's error into ours. What the caller did wrong passes as the upstream said it;
/// what is between us and the upstream does not.
final class ErrorRelay implements Relay {
  private static final int LARGEST = 64 << 10;

  private final CallRun run;
  private final int status;
  private final @Nullable Duration retryAfter;
  private final Buffer body = Buffer.buffer();

  ErrorRelay(CallRun run, int status, @Nullable Duration retryAfter) {
    this.run = run;
    this.status = status;
    this.retryAfter = retryAfter;
  }

  @Override
  public void data(Buffer bytes) {
    body.appendBuffer(bytes, 0, Math.min(bytes.length(), LARGEST - body.length()));
  }

  @Override
  public void end() {
    if ((status == 400 || status == 422) && text().contains("stream_options")) {
      if (run.againWithoutUsage()) {
        return;
      }
    }
    run.fail(Failure.status(status, retryAfter), answer());
  }

  @Override
  public void failed(GatewayException failure) {
    run.fail(Failure.status(status, retryAfter), answer());
  }

  private ErrorAnswer answer() {
    GatewayError code = code();
    int shown = status >= 400 && status < 500 && passes() ? status : code.status();
    if (passes() && isError()) {
      return new ErrorAnswer(shown, code, body, retryAfter);
    }
    String message = "The provider answered " + status + ".";
    ErrorAnswer ours = ErrorAnswer.of(new GatewayException(code, message, retryAfter, null));
    return new ErrorAnswer(shown, code, ours.body(), retryAfter);
  }

  /// A refused credential is ours, not the caller's: what the upstream says about it stays here.
  private boolean passes() {
    return status != 401 && status != 403 && status != 407 && status >= 400;
  }

  private GatewayError code() {
    return switch (status) {
      case 429, 503, 529 -> GatewayError.UPSTREAM_BUSY;
      case 408, 504 -> GatewayError.UPSTREAM_TIMED_OUT;
      default ->
          status >= 400 && status < 500
              ? GatewayError.UPSTREAM_REFUSED
              : GatewayError.UPSTREAM_FAILED;
    };
  }

  private String text() {
    return body.toString(StandardCharsets.UTF_8);
  }

  private boolean isError() {
    try {
      JsonNode tree = Json.MAPPER.readTree(body.getBytes());
      return tree != null && tree.isObject() && tree.hasNonNull("error");
    } catch (IOException e) {
      return false;
    }
  }
}
