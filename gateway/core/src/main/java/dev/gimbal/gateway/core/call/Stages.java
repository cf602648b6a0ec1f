package dev.gimbal.gateway.core.call;

import dev.gimbal.platform.errors.GimbalException;
import dev.gimbal.platform.http.HttpError;
import dev.gimbal.platform.http.HttpException;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Goes on with a call on its event loop when something that may take a moment is there.
final class Stages {
  private static final Logger LOG = LoggerFactory.getLogger(Stages.class);

  private Stages() {}

  /// At once if it is there and this is the loop.
  static <T> void onLoop(
      Context loop, CompletionStage<T> stage, BiConsumer<T, @Nullable Throwable> then) {
    stage.whenComplete(
        (value, failure) -> {
          if (loop.equals(Vertx.currentContext())) {
            then.accept(value, failure);
          } else {
            loop.runOnContext(v -> then.accept(value, failure));
          }
        });
  }

  /// The same for what only ends.
  static void onLoop(
      Context loop, CompletionStage<Void> stage, Consumer<@Nullable Throwable> then) {
    onLoop(loop, stage, (done, failure) -> then.accept(failure));
  }

  /// What failed, if it is ours to tell; a defect otherwise.
  static GimbalException known(Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    if (cause instanceof GimbalException known) {
      return known;
    }
    LOG.error("a step of a call failed", cause);
    return new HttpException(HttpError.SERVER_FAILED, "A defect of ours; the log says more.");
  }
}
