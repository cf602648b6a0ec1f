package dev.gimbal.gateway.core.wire;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// Looks at eight bytes at a time, the first in the lowest bits. What a test says of a byte stands
/// in its highest bit; the tests are those of Anderson, "Bit Twiddling Hacks".
final class EightBytes {
  /// Where tests say what they found.
  static final long FOUND = 0x8080808080808080L;

  private static final VarHandle WORDS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long ONES = 0x0101010101010101L;

  private EightBytes() {}

  static long at(byte[] bytes, int place) {
    return (long) WORDS.get(bytes, place);
  }

  /// The same character eight times.
  static long of(char c) {
    return c * ONES;
  }

  /// Finds the first byte that is a character, given eight times; behind it others may seem to be.
  static long are(long word, long character) {
    long other = word ^ character;
    return (other - ONES) & ~other;
  }

  /// Finds the first byte of ASCII below a character, given eight times; behind it others may seem
  /// to be.
  static long below(long word, long character) {
    return (word - character) & ~word;
  }

  /// Place of the first byte that was found, from 0.
  static int first(long found) {
    return Long.numberOfTrailingZeros(found & FOUND) >>> 3;
  }
}
