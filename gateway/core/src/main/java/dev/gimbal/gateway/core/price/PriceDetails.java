package dev.gimbal.gateway.core.price;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What only some models ask for.
///
/// @param tiers prices of calls whose prompt is long
/// @param audioInput for a million tokens of sound in the prompt, in nano-USD; null: like others
/// @param audioOutput the same of the answer
/// @param units nano-USD for one `request`, `second` of sound, `character` of a text that is read
///     out, `image`, `image/SIZE` or `image/SIZE/QUALITY`
public record PriceDetails(
    List<Tier> tiers,
    @Nullable Long audioInput,
    @Nullable Long audioOutput,
    Map<String, Long> units) {
  public static final String REQUEST = "request";
  public static final String SECOND = "second";
  public static final String CHARACTER = "character";
  public static final String IMAGE = "image";

  /// A price by tokens alone.
  public static final PriceDetails NONE = new PriceDetails(List.of(), null, null, Map.of());

  private static final Pattern UNIT =
      Pattern.compile("request|second|character|image(/[a-z0-9]{1,20}){0,2}");

  /// Prices of a million tokens of a call whose prompt has more than so many.
  public record Tier(
      long above, long input, long output, @Nullable Long cachedInput, @Nullable Long cacheWrite) {}

  public PriceDetails {
    tiers = List.copyOf(tiers);
    units = Map.copyOf(units);
  }

  /// Whether something can be paid by this.
  public static boolean isUnit(String name) {
    return UNIT.matcher(name).matches();
  }
}
