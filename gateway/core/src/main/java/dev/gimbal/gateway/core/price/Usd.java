package dev.gimbal.gateway.core.price;

import java.math.BigDecimal;

/// USD as decimal text, and as nano-USD.
public final class Usd {
  private static final int DIGITS = 9;
  private static final BigDecimal MOST = new BigDecimal("1000000");

  private Usd() {}

  /// Nano-USD of a text like `0.15`.
  ///
  /// @throws IllegalArgumentException if it is no amount from 0 to a million with up to 9 decimals
  public static long nano(String text) {
    if (!text.matches("[0-9]{1,7}(\\.[0-9]{1,9})?")) {
      throw new IllegalArgumentException(
          "must be an amount like \"0.15\", but is \"" + text + "\"");
    }
    BigDecimal amount = new BigDecimal(text);
    if (amount.compareTo(MOST) > 0) {
      throw new IllegalArgumentException("must be at most " + MOST + ", but is " + text);
    }
    return amount.movePointRight(DIGITS).longValueExact();
  }

  /// The amount as text, without needless zeros.
  public static String text(long nano) {
    BigDecimal amount = BigDecimal.valueOf(nano, DIGITS).stripTrailingZeros();
    return (amount.scale() < 0 ? amount.setScale(0) : amount).toPlainString();
  }
}
