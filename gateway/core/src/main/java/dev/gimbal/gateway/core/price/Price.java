package dev.gimbal.gateway.core.price;

import dev.gimbal.gateway.core.wire.CallFields;
import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/// What a million tokens cost, in nano-USD.
///
/// @param cachedInput the part of the input that the provider had cached; null: like `input`
/// @param cacheWrite the part of the input that the provider put into its cache; null: like `input`
public record Price(
    long input, long output, @Nullable Long cachedInput, @Nullable Long cacheWrite) {
  private static final BigInteger MILLION = BigInteger.valueOf(1_000_000);
  private static final BigInteger HALF_MILLION = BigInteger.valueOf(500_000);

  /// Assumed where a call declares no limit of its output.
  static final long DEFAULT_OUTPUT = 4_096;

  public Price {
    if (input < 0 || output < 0 || orZero(cachedInput) < 0 || orZero(cacheWrite) < 0) {
      throw new IllegalArgumentException("a price must not be negative");
    }
  }

  /// A price of a provider that asks nothing for what it puts into its cache.
  public Price(long input, long output, @Nullable Long cachedInput) {
    this(input, output, cachedInput, null);
  }

  private static long orZero(@Nullable Long number) {
    return number == null ? 0 : number;
  }

  /// What a call cost, rounded to the nearest nano-USD.
  ///
  /// @param inputTokens all of them, those of the next two too
  /// @param cachedTokens null: none
  /// @param writtenTokens put into the provider's cache; null: none
  public long cost(
      long inputTokens,
      @Nullable Long cachedTokens,
      @Nullable Long writtenTokens,
      long outputTokens) {
    long cached = Math.min(orZero(cachedTokens), inputTokens);
    long written = Math.min(orZero(writtenTokens), inputTokens - cached);
    BigInteger sum =
        product(inputTokens - cached - written, input)
            .add(product(cached, cachedInput == null ? input : cachedInput))
            .add(product(written, cacheWrite == null ? input : cacheWrite))
            .add(product(outputTokens, output));
    return sum.add(HALF_MILLION)
        .divide(MILLION)
        .min(BigInteger.valueOf(Long.MAX_VALUE))
        .longValue();
  }

  /// The same for a call that put nothing into a cache.
  public long cost(long inputTokens, @Nullable Long cachedTokens, long outputTokens) {
    return cost(inputTokens, cachedTokens, null, outputTokens);
  }

  /// The most that a call can cost: no token is shorter than a byte, and all of the input may go
  /// into a cache.
  ///
  /// @param answers whether the call produces text at all
  public long most(int bodyBytes, CallFields fields, boolean answers) {
    Long declared = fields.maxTokens();
    long output = declared == null ? DEFAULT_OUTPUT : declared;
    boolean dearer = cacheWrite != null && cacheWrite > input;
    Long written = dearer ? Long.valueOf(bodyBytes) : null;
    return cost(bodyBytes, null, written, answers ? output * fields.answers() : 0);
  }

  private static BigInteger product(long tokens, long price) {
    return BigInteger.valueOf(tokens).multiply(BigInteger.valueOf(price));
  }
}
