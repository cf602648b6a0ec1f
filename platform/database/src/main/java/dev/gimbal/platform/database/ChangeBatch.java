package dev.gimbal.platform.database;

import dev.gimbal.platform.ids.TenantId;
import java.util.List;

/// Entries of the change log.
///
/// @param changes oldest first; empty if there is nothing new
/// @param next the cursor to go on from
/// @param missed whether entries after the cursor are gone, because they were trimmed or because
///     the cursor is of another database: whoever follows must read everything again from
///     [Database#changesEnd]
public record ChangeBatch(List<Change> changes, ChangeCursor next, boolean missed) {
  public ChangeBatch {
    changes = List.copyOf(changes);
  }

  /// Entries with none missed.
  public ChangeBatch(List<Change> changes, ChangeCursor next) {
    this(changes, next, false);
  }

  /// "Read this id again."
  public record Change(TenantId tenant, String topic, String id) {}
}
