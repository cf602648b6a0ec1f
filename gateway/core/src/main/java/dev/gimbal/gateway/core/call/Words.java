package dev.gimbal.gateway.core.call;

import java.util.Locale;

/// Constants as they are written in records.
final class Words {
  private Words() {}

  static String of(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
