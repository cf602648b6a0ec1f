package dev.gimbal.knowledge.core.store;

import java.util.Locale;

/// How far work on a version has come. It only goes forward; what is done is never done again.
public enum Stage {
  /// Its bytes are durable.
  RECEIVED,
  /// Its text and chunks are stored.
  PARSED,
  /// Every chunk has a vector: indexes may take it.
  EMBEDDED,
  /// Searches find it, unless a newer one is ready too.
  READY,
  /// It cannot be read; the reason is kept.
  FAILED;

  /// As the database has it.
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  static Stage of(String text) {
    return valueOf(text.toUpperCase(Locale.ROOT));
  }
}
