package dev.gimbal.platform.text.sensitive;

import org.jspecify.annotations.Nullable;

/// A stretch of a text that a pattern knows.
///
/// @param start its first character
/// @param end behind its last one
/// @param entity what it is; null: it is known to be harmless and is kept
/// @param tail how it may go on behind `end`
record Match(int start, int end, @Nullable Entity entity, Tail tail) {

  /// What may follow a secret without bound, so that it is swallowed character by character.
  enum Tail {
    NONE,
    /// Characters of a key.
    KEY,
    /// Characters of what `Bearer` carries.
    TOKEN,
    /// Characters of a value behind a name.
    VALUE,
    /// Lines of a private key up to the end of its armour.
    ARMOUR,
    /// The last line of the armour.
    ARMOUR_END
  }

  static Match of(int start, int end, Entity entity) {
    return new Match(start, end, entity, Tail.NONE);
  }

  static Match harmless(int start, int end) {
    return new Match(start, end, null, Tail.NONE);
  }
}
