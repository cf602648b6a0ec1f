package dev.gimbal.gateway.core.alert;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// One way for alerts to leave. Blocks; thread-safe.
@FunctionalInterface
interface Sender {

  /// Sends an alert once.
  ///
  /// @param secret of the channel; null if it has none
  /// @param deadline after which it failed
  /// @return what came back, in words that hold no secret
  /// @throws NotSentException if it did not arrive, or nobody knows
  String send(Alert alert, Channel channel, @Nullable String secret, Duration deadline)
      throws NotSentException;

  /// Why it did not arrive, in words that hold no secret.
  final class NotSentException extends Exception {
    private static final long serialVersionUID = 1L;

    NotSentException(String why) {
      super(why);
    }

    NotSentException(String why, Throwable cause) {
      super(why, cause);
    }

    String why() {
      return String.valueOf(getMessage());
    }
  }
}
