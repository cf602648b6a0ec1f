package dev.gimbal.observability.core.journal;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// What waits for the journal's thread.
sealed interface Item {

  /// About how much memory it holds.
  int bytes();

  /// An entry to be written.
  ///
  /// @param done for calls; null for spans and content, which nobody waits for
  record Pending(Entry entry, int bytes, @Nullable CompletableFuture<Void> done) implements Item {

    /// Whether it is kept when the disk refuses it.
    boolean lasting() {
      return entry instanceof Entry.Settled;
    }
  }

  /// Completes with the journal's end when everything before it is written.
  record Marker(CompletableFuture<Long> end) implements Item {
    @Override
    public int bytes() {
      return 0;
    }
  }
}
