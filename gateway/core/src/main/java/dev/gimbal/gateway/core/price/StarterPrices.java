package dev.gimbal.gateway.core.price;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gimbal.platform.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The prices that come with the program.
final class StarterPrices {
  private StarterPrices() {}

  static List<DatedPrice> read() {
    try (InputStream json = StarterPrices.class.getResourceAsStream("prices.json")) {
      if (json == null) {
        throw new IllegalStateException("prices.json is not on the class path");
      }
      List<DatedPrice> prices = new ArrayList<>();
      Json.MAPPER.readTree(json).path("prices").forEach(entry -> prices.add(price(entry)));
      return List.copyOf(prices);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static DatedPrice price(JsonNode entry) {
    return new DatedPrice(
        entry.path("model").asText(),
        LocalDate.parse(entry.path("from").asText()).atStartOfDay(ZoneOffset.UTC).toInstant(),
        new Price(
            Usd.nano(entry.path("input").asText("0")),
            Usd.nano(entry.path("output").asText("0")),
            optional(entry.path("cached_input")),
            optional(entry.path("cache_write")),
            details(entry)),
        entry.path("source").asText());
  }

  private static PriceDetails details(JsonNode entry) {
    List<PriceDetails.Tier> tiers = new ArrayList<>();
    for (JsonNode tier : entry.path("tiers")) {
      tiers.add(
          new PriceDetails.Tier(
              tier.path("above").asLong(),
              Usd.nano(tier.path("input").asText()),
              Usd.nano(tier.path("output").asText()),
              optional(tier.path("cached_input")),
              optional(tier.path("cache_write"))));
    }
    Map<String, Long> units = new HashMap<>();
    entry
        .path("units")
        .properties()
        .forEach(unit -> units.put(unit.getKey(), Usd.nano(unit.getValue().asText())));
    return new PriceDetails(
        tiers, optional(entry.path("audio_input")), optional(entry.path("audio_output")), units);
  }

  private static @Nullable Long optional(JsonNode usd) {
    return usd.isMissingNode() ? null : Usd.nano(usd.asText());
  }
}
