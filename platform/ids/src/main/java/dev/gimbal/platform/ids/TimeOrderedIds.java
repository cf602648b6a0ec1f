package dev.gimbal.platform.ids;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;

/// UUID version 7 of RFC 9562: 48 bits of milliseconds, then a counter of 12 bits that starts anew
/// each millisecond, then 62 random bits. When the counter is spent, or the clock goes back, the
/// time part runs ahead of the clock rather than repeat or go back itself.
public final class TimeOrderedIds implements Ids {
  private static final int COUNTERS = 1 << 12;

  /// Random bits are drawn for so many ids at once: each draw costs more than all else here.
  private static final int DRAWN = 128;

  private final Clock clock;
  private final SecureRandom random = new SecureRandom();
  private final ReentrantLock lock = new ReentrantLock();
  private final byte[] drawn = new byte[DRAWN * Long.BYTES];
  private final ByteBuffer left = ByteBuffer.wrap(drawn).position(drawn.length);
  private long lastMillis;
  private int counter;

  /// @param clock where the time part comes from
  public TimeOrderedIds(Clock clock) {
    this.clock = clock;
  }

  @Override
  public UUID next() {
    lock.lock();
    try {
      if (!left.hasRemaining()) {
        random.nextBytes(drawn);
        left.rewind();
      }
      long low = left.getLong();
      long now = clock.millis();
      if (now > lastMillis) {
        lastMillis = now;
        counter = 0;
      } else if (++counter == COUNTERS) {
        lastMillis++;
        counter = 0;
      }
      return assemble(lastMillis, counter, low);
    } finally {
      lock.unlock();
    }
  }

  /// The smallest id that could have been made at `instant`: a bound for ranges and partitions.
  public static UUID floor(Instant instant) {
    return assemble(instant.toEpochMilli(), 0, 0L);
  }

  /// When an id of this kind was made, to the millisecond.
  public static Instant timeOf(UUID id) {
    return Instant.ofEpochMilli(id.getMostSignificantBits() >>> 16);
  }

  private static UUID assemble(long millis, int counter, long low) {
    long high = (millis << 16) | 0x7000L | counter;
    return new UUID(high, (low & 0x3FFF_FFFF_FFFF_FFFFL) | 0x8000_0000_0000_0000L);
  }
}
