package dev.gimbal.gateway.core.price;

import dev.gimbal.gateway.core.wire.CallFields;
import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/// What a million tokens cost, in nano-USD.
///
/// @param cachedInput the part of the input that the provider had cached; null: like `input`
public record Price(long input, long output, @Nullable Long cachedInput) {
  private static final BigInteger MILLION = BigInteger.valueOf(1_000_000);
  private static final BigInteger HALF_MILLION = BigInteger.valueOf(500_000);

  /// Assumed where a call declares no limit of its output.
  static final long DEFAULT_OUTPUT = 4_096;

  public Price {
    if (input < 0 || output < 0 || (cachedInput != null && cachedInput < 0)) {
      throw new IllegalArgumentException("a price must not be negative");
    }
  }

  /// What a call cost, rounded to the nearest nano-USD.
  ///
  /// @param inputTokens all of them, the cached ones too
  /// @param cachedTokens null: none
  public long cost(long inputTokens, @Nullable Long cachedTokens, long outputTokens) {
    long cached = cachedTokens == null ? 0 : Math.min(cachedTokens, inputTokens);
    long cachedPrice = cachedInput == null ? input : cachedInput;
    BigInteger sum =
        product(inputTokens - cached, input)
            .add(product(cached, cachedPrice))
            .add(product(outputTokens, output));
    return sum.add(HALF_MILLION)
        .divide(MILLION)
        .min(BigInteger.valueOf(Long.MAX_VALUE))
        .longValue();
  }

  /// The most that a call can cost: no token is shorter than a byte.
  ///
  /// @param answers whether the call produces text at all
  public long most(int bodyBytes, CallFields fields, boolean answers) {
    Long declared = fields.maxTokens();
    long output = declared == null ? DEFAULT_OUTPUT : declared;
    return cost(bodyBytes, null, answers ? output * fields.answers() : 0);
  }

  private static BigInteger product(long tokens, long price) {
    return BigInteger.valueOf(tokens).multiply(BigInteger.valueOf(price));
  }
}
