package dev.gimbal.gateway.core.wire;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// Finds where lines end, eight bytes at a time: the test for a byte of a value within a word is
/// that of Anderson, "Bit Twiddling Hacks".
public final class Lines {
  private static final VarHandle WORDS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long ONES = 0x0101010101010101L;
  private static final long HIGH_BITS = 0x8080808080808080L;
  private static final long LINE_FEEDS = '\n' * ONES;
  private static final long RETURNS = '\r' * ONES;

  private Lines() {}

  /// Place of the first line feed or carriage return; `to` if there is none.
  public static int end(byte[] bytes, int from, int to) {
    int at = from;
    while (at + Long.BYTES <= to) {
      long word = (long) WORDS.get(bytes, at);
      long feed = word ^ LINE_FEEDS;
      long back = word ^ RETURNS;
      long found = (((feed - ONES) & ~feed) | ((back - ONES) & ~back)) & HIGH_BITS;
      if (found != 0) {
        return at + (Long.numberOfTrailingZeros(found) >>> 3);
      }
      at += Long.BYTES;
    }
    while (at < to && bytes[at] != '\n' && bytes[at] != '\r') {
      at++;
    }
    return at;
  }
}
