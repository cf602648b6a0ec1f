package dev.gimbal.platform.database.backup;

import dev.gimbal.platform.database.Transaction;
import org.jdbi.v3.core.Handle;

/// Between a backup and whoever removes files that rows named. A backup closes it for the moment in
/// which it takes its snapshot and pins the files.
public final class BackupGate {
  private static final long LOCK = 0x6261636b7570L;

  private BackupGate() {}

  /// Waits while a backup takes its snapshot. To be called before a file is removed, in the
  /// transaction that found it unused, so that no snapshot names a file that is gone.
  public static void pass(Transaction transaction) {
    transaction
        .handle()
        .select("SELECT pg_advisory_xact_lock_shared(:lock)")
        .bind("lock", LOCK)
        .mapToMap()
        .list();
  }

  /// Until the end of the transaction nobody passes.
  static void close(Handle handle) {
    handle.execute("SET LOCAL statement_timeout = 0");
    handle.select("SELECT pg_advisory_xact_lock(:lock)").bind("lock", LOCK).mapToMap().list();
  }
}
