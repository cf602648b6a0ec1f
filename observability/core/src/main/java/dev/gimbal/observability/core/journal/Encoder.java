package dev.gimbal.observability.core.journal;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Writes fields one behind the other into a buffer that grows. For one thread.
final class Encoder {
  private static final int FIRST = 64 * 1024;

  private byte[] bytes;
  private ByteBuffer buffer;

  Encoder() {
    this(FIRST);
  }

  /// @param first bytes of room at the beginning
  Encoder(int first) {
    bytes = new byte[first];
    buffer = ByteBuffer.wrap(bytes);
  }

  int length() {
    return buffer.position();
  }

  byte[] array() {
    return bytes;
  }

  /// Forgets what lies behind `length`.
  void cut(int length) {
    buffer.position(length);
  }

  /// Puts a number where [#skipInt] left room.
  void intAt(int at, int value) {
    buffer.putInt(at, value);
  }

  void skipInt() {
    integer(0);
  }

  void octet(int value) {
    room(1);
    buffer.put((byte) value);
  }

  void bool(boolean value) {
    octet(value ? 1 : 0);
  }

  void integer(int value) {
    room(4);
    buffer.putInt(value);
  }

  void number(long value) {
    room(8);
    buffer.putLong(value);
  }

  void numberOrNull(@Nullable Long value) {
    bool(value != null);
    if (value != null) {
      number(value);
    }
  }

  void id(UUID value) {
    number(value.getMostSignificantBits());
    number(value.getLeastSignificantBits());
  }

  void idOrNull(@Nullable UUID value) {
    bool(value != null);
    if (value != null) {
      id(value);
    }
  }

  void blob(byte[] value) {
    integer(value.length);
    room(value.length);
    buffer.put(value);
  }

  /// The database takes no NUL in a text, so that none gets here; a text longer than `longest`
  /// UTF-16 units is cut, between surrogates if need be.
  void text(String value, int longest) {
    String kept = value.length() <= longest ? value : cut(value, longest);
    blob((kept.indexOf('\0') < 0 ? kept : kept.replace("\0", "")).getBytes(StandardCharsets.UTF_8));
  }

  void textOrNull(@Nullable String value, int longest) {
    bool(value != null);
    if (value != null) {
      text(value, longest);
    }
  }

  void texts(Map<String, String> values, int most, int longest) {
    int count = Math.min(values.size(), most);
    octet(count);
    int written = 0;
    for (Map.Entry<String, String> value : values.entrySet()) {
      if (written++ == count) {
        return;
      }
      text(value.getKey(), longest);
      text(value.getValue(), longest);
    }
  }

  void instant(Instant value) {
    number(value.getEpochSecond());
    integer(value.getNano());
  }

  void durationOrNull(@Nullable Duration value) {
    bool(value != null);
    if (value != null) {
      number(value.toNanos());
    }
  }

  static String cut(String value, int longest) {
    boolean splits = Character.isHighSurrogate(value.charAt(longest - 1));
    return value.substring(0, splits ? longest - 1 : longest);
  }

  private void room(int more) {
    if (buffer.remaining() < more) {
      int length = buffer.position();
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
      buffer = ByteBuffer.wrap(bytes).position(length);
    }
  }
}
