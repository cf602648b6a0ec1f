package dev.gimbal.knowledge.core.ingestion;

import java.time.Duration;

/// Waits, so that tests need not.
@FunctionalInterface
public interface Pause {

  /// Really waits.
  Pause REAL = Thread::sleep;

  /// Blocks the thread for so long.
  void sleep(Duration duration) throws InterruptedException;
}
