package dev.gimbal.observability.core.writer;

import dev.gimbal.observability.api.CallSettled;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Rows in the binary form of PostgreSQL's COPY (its manual, "Binary Format"): neither side turns
/// numbers, times and ids into text and back. For one thread.
final class CopyRows {
  private static final byte[] SIGNATURE = {
    'P', 'G', 'C', 'O', 'P', 'Y', '\n', (byte) 0xFF, '\r', '\n', 0, 0, 0, 0, 0, 0, 0, 0, 0
  };
  private static final int ABSENT = -1;
  private static final int JSONB_EDITION = 1;
  private static final int TEXT_TYPE = 25;

  /// PostgreSQL counts time from 2000-01-01.
  private static final long EPOCH_SECONDS = 946_684_800L;

  private static final int FIRST = 64 << 10;

  private byte[] bytes = new byte[FIRST];
  private ByteBuffer buffer = ByteBuffer.wrap(bytes);

  CopyRows() {
    buffer.put(SIGNATURE);
  }

  /// Everything so far and the end mark: the array, of which the first [#length] bytes count.
  byte[] finish() {
    room(2).putShort((short) ABSENT);
    return bytes;
  }

  int length() {
    return buffer.position();
  }

  /// Begins a row of so many columns.
  CopyRows row(int columns) {
    room(2).putShort((short) columns);
    return this;
  }

  /// A `text`, or a `json`.
  CopyRows text(@Nullable String value) {
    return value == null ? absent() : field(value.getBytes(StandardCharsets.UTF_8));
  }

  CopyRows id(@Nullable UUID value) {
    if (value == null) {
      return absent();
    }
    room(20)
        .putInt(16)
        .putLong(value.getMostSignificantBits())
        .putLong(value.getLeastSignificantBits());
    return this;
  }

  /// A `bigint`.
  CopyRows number(@Nullable Long value) {
    if (value == null) {
      return absent();
    }
    room(12).putInt(8).putLong(value);
    return this;
  }

  /// An `integer`.
  CopyRows integer(@Nullable Integer value) {
    if (value == null) {
      return absent();
    }
    room(8).putInt(4).putInt(value);
    return this;
  }

  CopyRows bool(@Nullable Boolean value) {
    if (value == null) {
      return absent();
    }
    room(5).putInt(1).put((byte) (value ? 1 : 0));
    return this;
  }

  /// A `timestamptz`, to the microsecond.
  CopyRows instant(Instant value) {
    long micros = (value.getEpochSecond() - EPOCH_SECONDS) * 1_000_000 + value.getNano() / 1_000;
    return number(micros);
  }

  CopyRows micros(@Nullable Duration value) {
    return number(value == null ? null : value.toNanos() / 1_000);
  }

  /// A `bytea`.
  CopyRows bytes(byte[] value) {
    return field(value);
  }

  /// The bytes of a hash that is said as `sha256:` and hexadecimal digits, in a `bytea`.
  CopyRows hash(@Nullable String value) {
    return value == null
        ? absent()
        : field(HexFormat.of().parseHex(value, CallSettled.Hashes.SAID.length(), value.length()));
  }

  /// A `jsonb`.
  CopyRows json(@Nullable String value) {
    if (value == null) {
      return absent();
    }
    byte[] text = value.getBytes(StandardCharsets.UTF_8);
    room(5 + text.length).putInt(text.length + 1).put((byte) JSONB_EDITION).put(text);
    return this;
  }

  /// A `text[]`; null is no array.
  CopyRows texts(@Nullable List<String> values) {
    if (values == null) {
      return absent();
    }
    int start = room(4).position();
    buffer.putInt(0);
    room(12).putInt(values.isEmpty() ? 0 : 1).putInt(0).putInt(TEXT_TYPE);
    if (!values.isEmpty()) {
      room(8).putInt(values.size()).putInt(1);
      values.forEach(this::text);
    }
    buffer.putInt(start, buffer.position() - start - 4);
    return this;
  }

  private CopyRows absent() {
    room(4).putInt(ABSENT);
    return this;
  }

  private CopyRows field(byte[] value) {
    room(4 + value.length).putInt(value.length).put(value);
    return this;
  }

  private ByteBuffer room(int more) {
    if (buffer.remaining() < more) {
      int length = buffer.position();
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
      buffer = ByteBuffer.wrap(bytes).position(length);
    }
    return buffer;
  }
}
