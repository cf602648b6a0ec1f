package dev.gimbal.platform.database;

import dev.gimbal.platform.errors.ErrorCode;

/// What can go wrong with the database.
public enum DatabaseError implements ErrorCode {
  DATABASE_UNAVAILABLE(503, Blame.RESOURCE, true, "The database did not answer in time."),
  DATABASE_FULL(507, Blame.RESOURCE, true, "The disk of the database is full."),
  DATABASE_CONFLICT(503, Blame.INTERNAL, true, "Another transaction was in the way."),
  DATABASE_NOT_EMPTY(409, Blame.USER, false, "A backup is restored into an empty database only."),
  BACKUP_DAMAGED(422, Blame.USER, false, "The backup is incomplete or was changed."),
  DATABASE_LOCKED(
      500, Blame.RESOURCE, false, "Another server uses this data directory or database."),
  DATABASE_VERSION_UNSUPPORTED(
      500, Blame.RESOURCE, false, "The database or its data is of a version we cannot use."),
  DATABASE_SETTING_UNSAFE(
      500, Blame.RESOURCE, false, "The database runs with a setting that loses data.");

  private final Facts facts;

  DatabaseError(int status, Blame blame, boolean retryable, String meaning) {
    this.facts = new Facts(status, blame, retryable, meaning);
  }

  @Override
  public Facts facts() {
    return facts;
  }
}
