package dev.gimbal.platform.database;

import java.sql.SQLException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Translates what the driver throws. Errors of the statement itself (a unique key for instance)
/// stay what they are, for the room that ran it to catch.
final class Failures {
  private Failures() {}

  /// What to throw in place of `failure`.
  static RuntimeException translate(RuntimeException failure) {
    if (failure instanceof DatabaseException) {
      return failure;
    }
    Optional<SQLException> cause = sqlException(failure);
    if (cause.isPresent()) {
      return translate(cause.get()).<RuntimeException>map(known -> known).orElse(failure);
    }
    return failure;
  }

  /// As above; an error that is not ours to know becomes a [JdbiException].
  static RuntimeException translateOrWrap(SQLException failure) {
    return translate(failure)
        .<RuntimeException>map(known -> known)
        .orElseGet(() -> new IllegalStateException(failure.getMessage(), failure));
  }

  private static Optional<DatabaseException> translate(SQLException failure) {
    @Nullable String state = failure.getSQLState();
    if (state == null) {
      return failure instanceof java.sql.SQLTransientConnectionException
          ? Optional.of(unavailable("No connection to the database could be had in time.", failure))
          : Optional.empty();
    }
    return switch (state) {
      case "53100" ->
          Optional.of(
              new DatabaseException(
                  DatabaseError.DATABASE_FULL,
                  "The disk of the database is full; make room and try again.",
                  failure));
      case "40001", "40P01" ->
          Optional.of(
              new DatabaseException(
                  DatabaseError.DATABASE_CONFLICT,
                  "Another transaction was in the way; try again.",
                  failure));
      case "57014", "55P03" ->
          Optional.of(unavailable("The database took too long; try again.", failure));
      default ->
          state.startsWith("08")
                  || state.startsWith("57P")
                  || state.startsWith("53")
                  || state.startsWith("58")
              ? Optional.of(unavailable("The database is not available; try again.", failure))
              : Optional.empty();
    };
  }

  private static DatabaseException unavailable(String message, SQLException cause) {
    return new DatabaseException(DatabaseError.DATABASE_UNAVAILABLE, message, cause);
  }

  private static Optional<SQLException> sqlException(Throwable failure) {
    for (@Nullable Throwable at = failure; at != null; at = at.getCause()) {
      if (at instanceof SQLException found) {
        return Optional.of(found);
      }
    }
    return Optional.empty();
  }
}
