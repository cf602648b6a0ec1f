package dev.gimbal.gateway.dialect.responses;

import org.jspecify.annotations.Nullable;

/// What the `encrypted_content` of a reasoning item holds. This dialect has one such text an item,
/// others sign a thought or a tool call; callers hand the text back unread, and some leave out the
/// item's id, so that what kind it is has to stand in the text itself. Nothing that a provider
/// seals has a colon: it is base64.
///
/// @param kind whose it is
/// @param data as its provider wrote it
record Sealed(Kind kind, String data) {
  private static final String THOUGHT = "signature:";
  private static final String CALL = "call-signature:";

  enum Kind {
    /// The whole of a thought.
    HIDDEN,
    /// The signature of the thought whose text stands in the item.
    THOUGHT,
    /// The signature of the tool call behind the item.
    CALL
  }

  static @Nullable Sealed read(@Nullable String encrypted) {
    if (encrypted == null || encrypted.isEmpty()) {
      return null;
    }
    if (encrypted.startsWith(THOUGHT)) {
      return new Sealed(Kind.THOUGHT, encrypted.substring(THOUGHT.length()));
    }
    if (encrypted.startsWith(CALL)) {
      return new Sealed(Kind.CALL, encrypted.substring(CALL.length()));
    }
    return new Sealed(Kind.HIDDEN, encrypted);
  }

  static String thought(String signature) {
    return THOUGHT + signature;
  }

  static String call(String signature) {
    return CALL + signature;
  }
}
