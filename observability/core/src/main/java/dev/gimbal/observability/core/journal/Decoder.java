package dev.gimbal.observability.core.journal;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Reads what [Encoder] wrote.
final class Decoder {
  private final ByteBuffer buffer;

  Decoder(ByteBuffer buffer) {
    this.buffer = buffer;
  }

  int octet() {
    return buffer.get() & 0xFF;
  }

  boolean bool() {
    return octet() != 0;
  }

  int integer() {
    return buffer.getInt();
  }

  long number() {
    return buffer.getLong();
  }

  @Nullable Long numberOrNull() {
    return bool() ? number() : null;
  }

  UUID id() {
    return new UUID(number(), number());
  }

  @Nullable UUID idOrNull() {
    return bool() ? id() : null;
  }

  byte[] blob() {
    byte[] value = new byte[integer()];
    buffer.get(value);
    return value;
  }

  String text() {
    return new String(blob(), StandardCharsets.UTF_8);
  }

  @Nullable String textOrNull() {
    return bool() ? text() : null;
  }

  Map<String, String> texts() {
    int count = octet();
    Map<String, String> values = HashMap.newHashMap(count);
    for (int at = 0; at < count; at++) {
      values.put(text(), text());
    }
    return values;
  }

  Instant instant() {
    return Instant.ofEpochSecond(number(), integer());
  }

  Duration duration() {
    return Duration.ofNanos(number());
  }

  @Nullable Duration durationOrNull() {
    return bool() ? duration() : null;
  }
}
