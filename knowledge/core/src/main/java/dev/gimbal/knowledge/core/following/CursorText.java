package dev.gimbal.knowledge.core.following;

import dev.gimbal.platform.database.ChangeCursor;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;

/// A cursor as an index keeps it: transaction, sequence, and when it was written.
final class CursorText {
  static final Comparator<ChangeCursor> ORDER =
      Comparator.comparingLong(ChangeCursor::transaction).thenComparingLong(ChangeCursor::sequence);

  private CursorText() {}

  static String write(ChangeCursor cursor, Instant at) {
    return cursor.transaction() + "." + cursor.sequence() + "@" + at.getEpochSecond();
  }

  /// The cursor; empty if there is none, or it lies behind the end of the log: then it is from
  /// another life of the database, one before a restore.
  static Optional<ChangeCursor> read(String text, ChangeCursor end) {
    if (text.isEmpty()) {
      return Optional.empty();
    }
    int dot = text.indexOf('.');
    int at = text.indexOf('@');
    ChangeCursor cursor =
        new ChangeCursor(
            Long.parseLong(text.substring(0, dot)), Long.parseLong(text.substring(dot + 1, at)));
    return ORDER.compare(cursor, end) <= 0 ? Optional.of(cursor) : Optional.empty();
  }
}
