package dev.gimbal.gateway.core.routes;

import dev.gimbal.access.api.Audit;
import dev.gimbal.access.api.Principal;
import dev.gimbal.access.api.Rights;
import dev.gimbal.gateway.api.GatewayError;
import dev.gimbal.gateway.api.GatewayException;
import dev.gimbal.gateway.core.price.DatedPrice;
import dev.gimbal.gateway.core.price.Price;
import dev.gimbal.gateway.core.price.PriceDetails;
import dev.gimbal.gateway.core.price.PriceStore;
import dev.gimbal.gateway.core.price.PriceTable;
import dev.gimbal.gateway.core.price.UnpricedModel;
import dev.gimbal.gateway.core.price.Usd;
import dev.gimbal.platform.database.Database;
import dev.gimbal.platform.http.HttpException;
import dev.gimbal.platform.http.Request;
import dev.gimbal.platform.http.Response;
import dev.gimbal.platform.http.Route;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Prices under `/api`.
public final class PriceRoutes {
  private static final int LONGEST_MODEL = 200;
  private static final int MOST_TIERS = 10;
  private static final int MOST_UNITS = 50;

  private final Parts parts;

  /// What the routes stand on.
  public record Parts(
      Database database, Audit audit, PriceTable table, PriceStore prices, Clock clock) {}

  public PriceRoutes(Parts parts) {
    this.parts = parts;
  }

  /// Prices of calls whose prompt has more tokens than so many.
  record TierShape(
      long aboveTokens,
      String inputUsdPerMillion,
      String outputUsdPerMillion,
      @Nullable String cachedInputUsdPerMillion,
      @Nullable String cacheWriteUsdPerMillion) {}

  /// @param inputUsdPerMillion may be left out where something is paid by units: then nothing
  /// @param unitsUsd for one `request`, `second`, `character`, `image`, `image/SIZE/QUALITY`
  record NewPrice(
      String model,
      @Nullable String inputUsdPerMillion,
      @Nullable String outputUsdPerMillion,
      @Nullable String cachedInputUsdPerMillion,
      @Nullable String cacheWriteUsdPerMillion,
      @Nullable String audioInputUsdPerMillion,
      @Nullable String audioOutputUsdPerMillion,
      @Nullable List<TierShape> tiers,
      @Nullable Map<String, String> unitsUsd,
      @Nullable Instant from) {}

  record PriceView(
      String model,
      String inputUsdPerMillion,
      String outputUsdPerMillion,
      @Nullable String cachedInputUsdPerMillion,
      @Nullable String cacheWriteUsdPerMillion,
      @Nullable String audioInputUsdPerMillion,
      @Nullable String audioOutputUsdPerMillion,
      List<TierShape> tiers,
      Map<String, String> unitsUsd,
      Instant from,
      String source) {}

  /// All of them.
  public List<Route> routes() {
    return List.of(
        Route.get("/api/prices")
            .summary("Prices, the tenant's own and those that come with the program")
            .right(Rights.MODELS_READ)
            .paged()
            .answers(200, PriceView.class)
            .handle(this::prices),
        Route.get("/api/prices/missing")
            .summary("Models that were called and have no price, so that their cost is unknown")
            .right(Rights.MODELS_READ)
            .paged()
            .answers(200, UnpricedModel.class)
            .handle(this::missing),
        Route.post("/api/prices")
            .summary("Sets what a model costs from a time on")
            .right(Rights.PRICES_WRITE)
            .body(NewPrice.class)
            .answers(201, PriceView.class)
            .handle(this::setPrice));
  }

  private Response prices(Request request) {
    List<PriceView> views =
        parts.table.list(request.caller().tenant()).stream()
            .map(PriceRoutes::view)
            .sorted(Comparator.comparing(PriceRoutes::key))
            .toList();
    return Response.ok(Pages.of(views, PriceRoutes::key, request.page()));
  }

  private Response missing(Request request) {
    List<UnpricedModel> models =
        parts.prices.unpriced(request.caller().tenant(), parts.clock.instant());
    return Response.ok(Pages.of(models, UnpricedModel::model, request.page()));
  }

  /// A tenant's own price of the same model and time stands before the one of the program.
  static String key(PriceView view) {
    return view.model() + " " + view.from() + " " + view.source();
  }

  static PriceView view(DatedPrice dated) {
    Price price = dated.price();
    PriceDetails more = price.more();
    Map<String, String> units = new TreeMap<>();
    more.units().forEach((unit, nano) -> units.put(unit, Usd.text(nano)));
    return new PriceView(
        dated.model(),
        Usd.text(price.input()),
        Usd.text(price.output()),
        text(price.cachedInput()),
        text(price.cacheWrite()),
        text(more.audioInput()),
        text(more.audioOutput()),
        more.tiers().stream().map(PriceRoutes::view).toList(),
        units,
        dated.from(),
        dated.source());
  }

  private static TierShape view(PriceDetails.Tier tier) {
    return new TierShape(
        tier.above(),
        Usd.text(tier.input()),
        Usd.text(tier.output()),
        text(tier.cachedInput()),
        text(tier.cacheWrite()));
  }

  /// @param otherwise since when it holds, where it does not say
  static DatedPrice dated(NewPrice wanted, Instant otherwise) {
    if (!wanted.model().matches("[^\\s/]+/\\S+") || wanted.model().length() > LONGEST_MODEL) {
      throw HttpException.invalid("model", "must be provider/model");
    }
    Map<String, Long> units = units(wanted.unitsUsd());
    boolean free = !units.isEmpty();
    Price price =
        new Price(
            tokens("input_usd_per_million", wanted.inputUsdPerMillion(), free),
            tokens("output_usd_per_million", wanted.outputUsdPerMillion(), free),
            optional("cached_input_usd_per_million", wanted.cachedInputUsdPerMillion()),
            optional("cache_write_usd_per_million", wanted.cacheWriteUsdPerMillion()),
            new PriceDetails(
                tiers(wanted.tiers()),
                optional("audio_input_usd_per_million", wanted.audioInputUsdPerMillion()),
                optional("audio_output_usd_per_million", wanted.audioOutputUsdPerMillion()),
                units));
    Instant from = wanted.from() == null ? otherwise : wanted.from();
    return new DatedPrice(wanted.model(), from, price, PriceStore.OWN);
  }

  private Response setPrice(Request request) {
    Principal principal = Principal.of(request.caller());
    NewPrice wanted = request.body(NewPrice.class);
    DatedPrice dated = dated(wanted, parts.clock.instant());
    PriceView view = view(dated);
    parts.database.inTransaction(
        principal.tenant(),
        transaction -> {
          parts.prices.set(transaction, dated);
          parts.audit.append(transaction, principal, "price.set", wanted.model(), view);
          return true;
        });
    return Response.json(201, view);
  }

  private static Map<String, Long> units(@Nullable Map<String, String> wanted) {
    Map<String, Long> units = new HashMap<>();
    if (wanted == null) {
      return units;
    }
    if (wanted.size() > MOST_UNITS) {
      throw HttpException.invalid("units_usd", "has more than " + MOST_UNITS);
    }
    wanted.forEach(
        (unit, usd) -> {
          if (!PriceDetails.isUnit(unit)) {
            throw HttpException.invalid(
                "units_usd",
                "must be of request, second, character, image, image/SIZE, image/SIZE/QUALITY");
          }
          units.put(unit, nano("units_usd." + unit, usd));
        });
    return units;
  }

  private static List<PriceDetails.Tier> tiers(@Nullable List<TierShape> wanted) {
    if (wanted == null) {
      return List.of();
    }
    if (wanted.size() > MOST_TIERS) {
      throw HttpException.invalid("tiers", "are more than " + MOST_TIERS);
    }
    List<PriceDetails.Tier> tiers = new ArrayList<>();
    for (int i = 0; i < wanted.size(); i++) {
      String field = "tiers[" + i + "].";
      TierShape tier = wanted.get(i);
      if (tier.aboveTokens() < 1) {
        throw HttpException.invalid(field + "above_tokens", "must be at least 1");
      }
      tiers.add(
          new PriceDetails.Tier(
              tier.aboveTokens(),
              nano(field + "input_usd_per_million", tier.inputUsdPerMillion()),
              nano(field + "output_usd_per_million", tier.outputUsdPerMillion()),
              optional(field + "cached_input_usd_per_million", tier.cachedInputUsdPerMillion()),
              optional(field + "cache_write_usd_per_million", tier.cacheWriteUsdPerMillion())));
    }
    return tiers;
  }

  private static @Nullable String text(@Nullable Long nano) {
    return nano == null ? null : Usd.text(nano);
  }

  private static long tokens(String field, @Nullable String text, boolean free) {
    if (text == null && !free) {
      throw HttpException.invalid(field, "is missing, and nothing is paid by units");
    }
    return text == null ? 0 : nano(field, text);
  }

  private static @Nullable Long optional(String field, @Nullable String text) {
    return text == null ? null : Long.valueOf(nano(field, text));
  }

  private static long nano(String field, String text) {
    try {
      return Usd.nano(text);
    } catch (IllegalArgumentException e) {
      throw new GatewayException(GatewayError.FIELD_INVALID, field, String.valueOf(e.getMessage()));
    }
  }
}
