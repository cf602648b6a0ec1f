package dev.gimbal.platform.database;

/// A place in the change log.
///
/// @param transaction the `xid8` of the last entry read
/// @param sequence its sequence number within it
public record ChangeCursor(long transaction, long sequence) {

  /// Before every entry.
  public static final ChangeCursor START = new ChangeCursor(0, 0);
}
