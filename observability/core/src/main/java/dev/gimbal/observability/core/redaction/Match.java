package dev.gimbal.observability.core.redaction;

import org.jspecify.annotations.Nullable;

/// A stretch of a text that a pattern knows.
///
/// @param start its first character
/// @param end behind its last one
/// @param label what stands for it; null: it is known to be harmless and is kept
record Match(int start, int end, @Nullable String label) {
  static final String EMAIL = "[email]";
  static final String PHONE = "[phone]";
  static final String CARD = "[card]";
  static final String IBAN = "[iban]";
  static final String ID_NUMBER = "[id number]";
  static final String SECRET = "[secret]";
  static final String IP = "[ip]";
}
