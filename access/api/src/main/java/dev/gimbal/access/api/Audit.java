package dev.gimbal.access.api;

import dev.gimbal.platform.database.Transaction;

/// The record of who changed what. Thread-safe.
@FunctionalInterface
public interface Audit {

  /// Appends an entry that commits with the change it tells of.
  ///
  /// @param action `noun.verb` in the past, as in `key.created`
  /// @param subject the text id or name of what changed
  /// @param detail a record, written as JSON; holds no secret and no document text
  void append(
      Transaction transaction, Principal principal, String action, String subject, Object detail);
}
