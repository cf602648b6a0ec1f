package dev.gimbal.platform.database.backup;

import java.nio.file.Path;
import java.util.Optional;

/// What belongs to a backup besides the database.
///
/// @param blobs directory of immutable files; empty: none
/// @param masterKey the key file to carry along, or to restore to; empty: leave it out
public record BackupFiles(Optional<Path> blobs, Optional<Path> masterKey) {

  /// The database alone.
  public static final BackupFiles NONE = new BackupFiles(Optional.empty(), Optional.empty());
}
