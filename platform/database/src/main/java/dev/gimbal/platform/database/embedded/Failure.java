package dev.gimbal.platform.database.embedded;

import dev.gimbal.platform.database.DatabaseError;
import dev.gimbal.platform.database.DatabaseException;
import dev.gimbal.platform.errors.FileFailure;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// File errors as database errors.
final class Failure {
  /// What Linux says when a disk is full; the JDK has no exception of its own for it.
  private static final String NO_SPACE = "No space left on device";

  private Failure() {}

  static DatabaseException of(String what, IOException cause) {
    return saying(what + ": " + FileFailure.reason(cause), cause);
  }

  static DatabaseException saying(String message, @Nullable Throwable cause) {
    DatabaseError error =
        message.contains(NO_SPACE)
            ? DatabaseError.DATABASE_FULL
            : DatabaseError.DATABASE_UNAVAILABLE;
    return new DatabaseException(error, message, cause);
  }
}
