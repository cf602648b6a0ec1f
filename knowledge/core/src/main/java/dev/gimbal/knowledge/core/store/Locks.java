package dev.gimbal.knowledge.core.store;

import dev.gimbal.platform.database.Transaction;

/// Locks that last until the commit, for what no row stands for.
public final class Locks {
  private Locks() {}

  /// How a lock is held.
  enum Mode {
    SHARED,
    EXCLUSIVE
  }

  /// Held while vectors are relied on (shared) or removed (exclusive): else one that is just being
  /// removed could be taken for present.
  static void vectors(Transaction transaction, Mode mode) {
    take(
        transaction,
        "vectors " + transaction.tenant(),
        mode == Mode.SHARED ? "pg_advisory_xact_lock_shared" : "pg_advisory_xact_lock");
  }

  /// Held while a blob is put in its place or removed from it. Several are taken in the order of
  /// their hashes.
  public static void blob(Transaction transaction, Hash hash) {
    take(transaction, "blob " + transaction.tenant() + hash.hex(), "pg_advisory_xact_lock");
  }

  private static void take(Transaction transaction, String name, String function) {
    transaction
        .handle()
        .createQuery("SELECT 1 FROM " + function + "(hashtextextended(:name, 0))")
        .bind("name", name)
        .mapTo(Integer.class)
        .one();
  }
}
