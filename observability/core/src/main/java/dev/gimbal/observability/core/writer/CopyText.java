package dev.gimbal.observability.core.writer;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Rows in the text form of PostgreSQL's COPY. For one thread.
final class CopyText {
  private static final HexFormat HEX = HexFormat.of();

  private final StringBuilder rows = new StringBuilder(16 * 1024);
  private boolean first = true;

  byte[] bytes() {
    return rows.toString().getBytes(StandardCharsets.UTF_8);
  }

  CopyText end() {
    rows.append('\n');
    first = true;
    return this;
  }

  CopyText text(@Nullable String value) {
    separate();
    if (value == null) {
      rows.append("\\N");
    } else {
      escape(value);
    }
    return this;
  }

  CopyText id(@Nullable UUID value) {
    return plain(value);
  }

  CopyText number(@Nullable Number value) {
    return plain(value);
  }

  CopyText bool(boolean value) {
    return plain(value ? "t" : "f");
  }

  CopyText instant(Instant value) {
    return plain(value);
  }

  CopyText micros(@Nullable Duration value) {
    return plain(value == null ? null : value.toNanos() / 1_000);
  }

  CopyText bytes(byte[] value) {
    separate();
    rows.append("\\\\x");
    HEX.formatHex(rows, value);
    return this;
  }

  /// An array of texts; null is no array.
  CopyText texts(@Nullable List<String> values) {
    if (values == null) {
      return plain(null);
    }
    StringBuilder array = new StringBuilder("{");
    for (String value : values) {
      if (array.length() > 1) {
        array.append(',');
      }
      array.append('"').append(value.replace("\\", "\\\\").replace("\"", "\\\"")).append('"');
    }
    return text(array.append('}').toString());
  }

  private CopyText plain(@Nullable Object value) {
    separate();
    if (value == null) {
      rows.append("\\N");
    } else {
      rows.append(value);
    }
    return this;
  }

  private void separate() {
    if (!first) {
      rows.append('\t');
    }
    first = false;
  }

  private void escape(String value) {
    for (int at = 0; at < value.length(); at++) {
      char character = value.charAt(at);
      switch (character) {
        case '\\' -> rows.append("\\\\");
        case '\n' -> rows.append("\\n");
        case '\r' -> rows.append("\\r");
        case '\t' -> rows.append("\\t");
        default -> rows.append(character);
      }
    }
  }
}
