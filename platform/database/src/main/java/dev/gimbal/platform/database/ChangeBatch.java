package dev.gimbal.platform.database;

import dev.gimbal.platform.ids.TenantId;
import java.util.List;

/// Entries of the change log.
///
/// @param changes oldest first; empty if there is nothing new
/// @param next the cursor to go on from
public record ChangeBatch(List<Change> changes, ChangeCursor next) {
  public ChangeBatch {
    changes = List.copyOf(changes);
  }

  /// "Read this id again."
  public record Change(TenantId tenant, String topic, String id) {}
}
