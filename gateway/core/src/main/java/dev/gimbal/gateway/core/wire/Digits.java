package dev.gimbal.gateway.core.wire;

import org.jspecify.annotations.Nullable;

/// What of a JSON number has been read; a number may end where `ends` says so.
enum Digits {
  SIGN(false),
  ZERO(true),
  WHOLE(true),
  POINT(false),
  FRACTION(true),
  EXPONENT(false),
  EXPONENT_SIGN(false),
  POWER(true);

  final boolean ends;

  Digits(boolean ends) {
    this.ends = ends;
  }

  /// What has been read with this byte; null if it is no part of the number.
  @Nullable Digits next(byte b) {
    boolean digit = b >= '0' && b <= '9';
    return switch (this) {
      case SIGN -> digit ? (b == '0' ? ZERO : WHOLE) : null;
      case ZERO -> digit ? null : behindWhole(b);
      case WHOLE -> digit ? WHOLE : behindWhole(b);
      case POINT -> digit ? FRACTION : null;
      case FRACTION -> digit ? FRACTION : exponent(b) ? EXPONENT : null;
      case EXPONENT -> digit ? POWER : b == '+' || b == '-' ? EXPONENT_SIGN : null;
      case EXPONENT_SIGN, POWER -> digit ? POWER : null;
    };
  }

  private static @Nullable Digits behindWhole(byte b) {
    return b == '.' ? POINT : exponent(b) ? EXPONENT : null;
  }

  private static boolean exponent(byte b) {
    return b == 'e' || b == 'E';
  }
}
