package dev.gimbal.platform.database;

import dev.gimbal.platform.ids.TenantId;
import org.jdbi.v3.core.Handle;

/// One open transaction of one tenant. Its statements run under the role `gimbal_app` with
/// row-level
/// security on, so they see this tenant's rows only; each statement names the tenant all the same.
/// Used by one thread at a time and only inside the work it was handed to.
public interface Transaction {

  /// Whose rows it may see.
  TenantId tenant();

  /// Where statements run. Neither commit nor close it.
  Handle handle();

  /// Appends "read this id again" to the change log, committed with everything else here.
  ///
  /// @param topic what kind of thing changed, as in `knowledge.document`
  /// @param id which one, as text
  void changed(String topic, String id);

  /// Runs after the commit, in the committing thread; not at all after a rollback. What it throws
  /// is
  /// logged and changes nothing.
  void afterCommit(Runnable action);
}
