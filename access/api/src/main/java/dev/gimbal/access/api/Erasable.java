package dev.gimbal.access.api;

import dev.gimbal.platform.database.Transaction;

/// A room that holds personal data implements it, so that a person's data can be erased from all
/// rooms. Thread-safe.
public interface Erasable {

  /// The room's name, for the report of an erasure.
  String room();

  /// Erases what the transaction's tenant holds about a principal, or makes it anonymous where it
  /// must be kept. Repeats safely.
  ///
  /// @param principal the text of its id
  /// @return how many records were erased or made anonymous
  long erase(Transaction transaction, String principal);
}
