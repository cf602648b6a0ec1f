package dev.gimbal.gateway.core.limit;

import java.util.concurrent.atomic.AtomicLong;

/// Bounds the bytes of bodies that are held at a time. Thread-safe.
public final class BodyBudget {
  private final long most;
  private final AtomicLong held = new AtomicLong();

  /// @param most bytes in all
  public BodyBudget(long most) {
    this.most = most;
  }

  /// Sets bytes aside; false if there is no room.
  public boolean take(long bytes) {
    long now = held.addAndGet(bytes);
    if (now > most) {
      held.addAndGet(-bytes);
      return false;
    }
    return true;
  }

  /// Gives bytes back.
  public void give(long bytes) {
    held.addAndGet(-bytes);
  }

  /// Bytes held now.
  public long held() {
    return held.get();
  }
}
