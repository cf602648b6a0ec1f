package dev.gimbal.gateway.limits;

import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/// What one call holds of every limit that it counts in, until it is settled or cancelled: exactly
/// one of the two takes effect, the first. Thread-safe; each method holds one short lock.
public interface Reservation {

  /// A call that no limit matches.
  Reservation FREE =
      new Reservation() {
        @Override
        public CompletionStage<Boolean> raise(long nanoUsd, long tokens) {
          return java.util.concurrent.CompletableFuture.completedFuture(true);
        }

        @Override
        public void settle(@Nullable Long nanoUsd, @Nullable Long tokens) {}

        @Override
        public void cancel() {}
      };

  /// Holds more, of every limit or of none; at once where leases suffice.
  ///
  /// @return false: it is spent, and what was held before is held still
  CompletionStage<Boolean> raise(long nanoUsd, long tokens);

  /// The call ended and this is what it used. More than was reserved is counted all the same.
  ///
  /// @param nanoUsd null: what was reserved
  /// @param tokens null: what was reserved
  void settle(@Nullable Long nanoUsd, @Nullable Long tokens);

  /// The call was never sent anywhere: it is as if it had never been.
  void cancel();
}
