package dev.gimbal.gateway.core.price;

import dev.gimbal.gateway.core.wire.CallFields;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a million tokens cost, in nano-USD, and what is paid by other units.
///
/// @param cachedInput the part of the input that the provider had cached; null: like `input`
/// @param cacheWrite the part of the input that the provider put into its cache; null: like `input`
/// @param more what only some models have
public record Price(
    long input,
    long output,
    @Nullable Long cachedInput,
    @Nullable Long cacheWrite,
    PriceDetails more) {
  private static final BigInteger MILLION = BigInteger.valueOf(1_000_000);
  private static final BigInteger HALF_MILLION = BigInteger.valueOf(500_000);
  private static final BigInteger MOST = BigInteger.valueOf(Long.MAX_VALUE);

  /// Assumed where a call declares no limit of its output.
  static final long DEFAULT_OUTPUT = 4_096;

  public Price {
    if (input < 0 || output < 0 || orZero(cachedInput) < 0 || orZero(cacheWrite) < 0) {
      throw new IllegalArgumentException("a price must not be negative");
    }
  }

  /// A price by tokens alone.
  public Price(long input, long output, @Nullable Long cachedInput, @Nullable Long cacheWrite) {
    this(input, output, cachedInput, cacheWrite, PriceDetails.NONE);
  }

  /// A price of a provider that asks nothing for what it puts into its cache.
  public Price(long input, long output, @Nullable Long cachedInput) {
    this(input, output, cachedInput, null);
  }

  /// Tokens of a call.
  ///
  /// @param input all of the prompt, those of the next three too
  /// @param cached null: none
  /// @param written put into the provider's cache; null: none
  /// @param audioInput null: none
  /// @param output all of the answer, those of the next too
  /// @param audioOutput null: none
  public record Use(
      long input,
      @Nullable Long cached,
      @Nullable Long written,
      @Nullable Long audioInput,
      long output,
      @Nullable Long audioOutput) {}

  private static long orZero(@Nullable Long number) {
    return number == null ? 0 : number;
  }

  /// What a call cost, with what is asked for each, rounded to the nearest nano-USD.
  public long cost(Use use) {
    PriceDetails.Tier rates = rates(use.input);
    long cached = Math.min(orZero(use.cached), use.input);
    long written = Math.min(orZero(use.written), use.input - cached);
    long heard = Math.min(orZero(use.audioInput), use.input - cached - written);
    long spoken = Math.min(orZero(use.audioOutput), use.output);
    Long audioInput = more.audioInput();
    Long audioOutput = more.audioOutput();
    BigInteger sum =
        product(use.input - cached - written - heard, rates.input())
            .add(product(cached, or(rates.cachedInput(), rates.input())))
            .add(product(written, or(rates.cacheWrite(), rates.input())))
            .add(product(heard, or(audioInput, rates.input())))
            .add(product(use.output - spoken, rates.output()))
            .add(product(spoken, or(audioOutput, rates.output())));
    return total(sum);
  }

  private static long or(@Nullable Long price, long otherwise) {
    return price == null ? otherwise : price;
  }

  /// Of the whole call: the prices of the highest tier that its prompt is above.
  private PriceDetails.Tier rates(long inputTokens) {
    PriceDetails.Tier found = new PriceDetails.Tier(0, input, output, cachedInput, cacheWrite);
    for (PriceDetails.Tier tier : more.tiers()) {
      if (inputTokens > tier.above() && tier.above() >= found.above()) {
        found = tier;
      }
    }
    return found;
  }

  private long total(BigInteger sum) {
    return sum.add(HALF_MILLION)
        .divide(MILLION)
        .add(BigInteger.valueOf(orZero(unit(PriceDetails.REQUEST))))
        .min(MOST)
        .longValue();
  }

  /// The same for a call without sound.
  public long cost(
      long inputTokens,
      @Nullable Long cachedTokens,
      @Nullable Long writtenTokens,
      long outputTokens) {
    return cost(new Use(inputTokens, cachedTokens, writtenTokens, null, outputTokens, null));
  }

  /// The same for a call that put nothing into a cache.
  public long cost(long inputTokens, @Nullable Long cachedTokens, long outputTokens) {
    return cost(inputTokens, cachedTokens, null, outputTokens);
  }

  /// The most that a call can cost: no token is shorter than a byte, all of the input may go into a
  /// cache, or be sound, or be more than a tier's.
  ///
  /// @param answers whether the call produces text at all
  public long most(int bodyBytes, CallFields fields, boolean answers) {
    Long declared = fields.maxTokens();
    long output = declared == null ? DEFAULT_OUTPUT : declared;
    return most(bodyBytes, answers ? output * fields.answers() : 0);
  }

  /// The same for so many tokens at most.
  public long most(long inputTokens, long outputTokens) {
    BigInteger most =
        dearest(
            inputTokens,
            outputTokens,
            new PriceDetails.Tier(0, input, output, cachedInput, cacheWrite));
    for (PriceDetails.Tier tier : more.tiers()) {
      if (inputTokens > tier.above()) {
        most = most.max(dearest(inputTokens, outputTokens, tier));
      }
    }
    return total(most);
  }

  private BigInteger dearest(long inputTokens, long outputTokens, PriceDetails.Tier rates) {
    long in =
        Math.max(rates.input(), Math.max(orZero(rates.cacheWrite()), orZero(more.audioInput())));
    long out = Math.max(rates.output(), orZero(more.audioOutput()));
    return product(inputTokens, in).add(product(outputTokens, out));
  }

  /// What one unit costs, in nano-USD; null: nothing is asked by this unit.
  public @Nullable Long unit(String name) {
    return more.units().get(name);
  }

  /// What a picture costs: of this size and quality, of this size, of any; null: it is not paid by
  /// the picture, or nobody knows for this size.
  public @Nullable Long image(@Nullable String size, @Nullable String quality) {
    for (String name :
        List.of(
            PriceDetails.IMAGE + "/" + size + "/" + quality,
            PriceDetails.IMAGE + "/" + size,
            PriceDetails.IMAGE)) {
      Long price = unit(name);
      if (price != null) {
        return price;
      }
    }
    return null;
  }

  /// The dearest picture; null: none is paid by the picture.
  public @Nullable Long dearestImage() {
    Long most = null;
    for (Map.Entry<String, Long> unit : more.units().entrySet()) {
      boolean image = unit.getKey().startsWith(PriceDetails.IMAGE);
      if (image && (most == null || unit.getValue() > most)) {
        most = unit.getValue();
      }
    }
    return most;
  }

  /// Whether anything is asked for tokens.
  public boolean byTokens() {
    return input > 0 || output > 0 || !more.tiers().isEmpty();
  }

  private static BigInteger product(long tokens, long price) {
    return BigInteger.valueOf(tokens).multiply(BigInteger.valueOf(price));
  }
}
