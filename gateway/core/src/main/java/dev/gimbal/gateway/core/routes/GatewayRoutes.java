package dev.gimbal.gateway.core.routes;

import dev.gimbal.access.api.Audit;
import dev.gimbal.access.api.Principal;
import dev.gimbal.access.api.Rights;
import dev.gimbal.gateway.api.GatewayError;
import dev.gimbal.gateway.api.GatewayException;
import dev.gimbal.gateway.api.Model;
import dev.gimbal.gateway.core.price.DatedPrice;
import dev.gimbal.gateway.core.price.Price;
import dev.gimbal.gateway.core.price.PriceStore;
import dev.gimbal.gateway.core.price.PriceTable;
import dev.gimbal.gateway.core.price.Usd;
import dev.gimbal.gateway.core.provider.ProviderCatalog;
import dev.gimbal.gateway.core.provider.ProviderStore;
import dev.gimbal.gateway.core.provider.ProviderStore.Declared;
import dev.gimbal.gateway.core.provider.ProviderStore.Shown;
import dev.gimbal.platform.database.Database;
import dev.gimbal.platform.http.HttpException;
import dev.gimbal.platform.http.Request;
import dev.gimbal.platform.http.Response;
import dev.gimbal.platform.http.Route;
import dev.gimbal.platform.ids.Slug;
import dev.gimbal.release.api.Applications;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Models, providers and prices under `/api`.
public final class GatewayRoutes {
  private static final int LONGEST_URL = 2_000;
  private static final int LONGEST_MODEL = 200;

  private final Parts parts;

  /// What the routes stand on.
  public record Parts(
      Database database,
      Audit audit,
      ProviderCatalog catalog,
      ProviderStore providers,
      PriceTable table,
      PriceStore prices,
      Supplier<Applications> applications,
      Clock clock) {}

  public GatewayRoutes(Parts parts) {
    this.parts = parts;
  }

  record ModelView(
      String name,
      String kind,
      @Nullable Integer dimensions,
      @Nullable Integer maxTokens,
      boolean scripted) {}

  /// @param queue calls that may wait when `parallel_calls` are under way
  record NewProvider(
      String name,
      String dialect,
      @Nullable String baseUrl,
      @Nullable String credential,
      @Nullable List<ProviderShape.NewCredential> credentials,
      @Nullable Integer parallelCalls,
      @Nullable Integer queue) {
    @Override
    public String toString() {
      return "NewProvider[" + name + "]";
    }
  }

  /// @param shared whether the operator declared it for every tenant
  record ProviderView(
      String name,
      @Nullable String dialect,
      @Nullable String baseUrl,
      @Nullable String credential,
      @Nullable List<ProviderShape.CredentialView> credentials,
      @Nullable Integer parallelCalls,
      @Nullable Integer queue,
      boolean shared,
      @Nullable Instant created) {}

  record ProviderChange(String dialect, String baseUrl) {}

  record NewPrice(
      String model,
      String inputUsdPerMillion,
      String outputUsdPerMillion,
      @Nullable String cachedInputUsdPerMillion,
      @Nullable String cacheWriteUsdPerMillion,
      @Nullable Instant from) {}

  record PriceView(
      String model,
      String inputUsdPerMillion,
      String outputUsdPerMillion,
      @Nullable String cachedInputUsdPerMillion,
      @Nullable String cacheWriteUsdPerMillion,
      Instant from,
      String source) {}

  /// All of them.
  public List<Route> routes() {
    return List.of(
        Route.get("/api/models")
            .summary("The models, routes and applications that the caller can call")
            .right(Rights.MODELS_READ)
            .paged()
            .answers(200, ModelView.class)
            .handle(this::models),
        Route.get("/api/providers")
            .summary("The providers of the tenant, shared ones included")
            .right(Rights.MODELS_READ)
            .paged()
            .answers(200, ProviderView.class)
            .handle(this::providers),
        Route.post("/api/providers")
            .summary("Declares a provider")
            .right(Rights.PROVIDERS_WRITE)
            .body(NewProvider.class)
            .answers(201, ProviderView.class)
            .handle(this::addProvider),
        Route.delete("/api/providers/{provider}")
            .summary("Removes a provider of the tenant")
            .right(Rights.PROVIDERS_WRITE)
            .answers(204, null)
            .handle(this::removeProvider),
        Route.get("/api/prices")
            .summary("Prices, the tenant's own and those that come with the program")
            .right(Rights.MODELS_READ)
            .paged()
            .answers(200, PriceView.class)
            .handle(this::prices),
        Route.post("/api/prices")
            .summary("Sets what a model costs from a time on")
            .right(Rights.PRICES_WRITE)
            .body(NewPrice.class)
            .answers(201, PriceView.class)
            .handle(this::setPrice));
  }

  private Response models(Request request) {
    List<ModelView> models = new ArrayList<>();
    for (Model model : parts.catalog.models(request.caller().tenant())) {
      String kind = model.kind().name().toLowerCase(Locale.ROOT);
      models.add(
          new ModelView(
              model.name(), kind, model.dimensions(), model.maxTokens(), model.scripted()));
    }
    for (String route : parts.catalog.routeNames(request.caller().tenant())) {
      models.add(new ModelView(route, "chat", null, null, false));
    }
    for (String name : parts.applications.get().names(request.caller())) {
      models.add(new ModelView("app:" + name, "chat", null, null, false));
    }
    models.sort(Comparator.comparing(ModelView::name));
    return Response.ok(Pages.of(models, ModelView::name, request.page()));
  }

  private Response providers(Request request) {
    List<ProviderView> views = new ArrayList<>();
    List<Shown> own =
        parts.database.inTransaction(request.caller().tenant(), parts.providers::list);
    own.forEach(shown -> views.add(view(shown)));
    for (String name : parts.catalog.sharedNames()) {
      if (own.stream().noneMatch(shown -> shown.name().equals(name))) {
        views.add(new ProviderView(name, null, null, null, null, null, null, true, null));
      }
    }
    views.sort(Comparator.comparing(ProviderView::name));
    return Response.ok(Pages.of(views, ProviderView::name, request.page()));
  }

  private static ProviderView view(Shown shown) {
    return new ProviderView(
        shown.name(),
        shown.dialect(),
        shown.baseUrl(),
        shown.credential(),
        ProviderShape.views(shown.credentials()),
        shown.bounds().parallelCalls(),
        shown.bounds().queue(),
        false,
        shown.created());
  }

  private Response addProvider(Request request) {
    Principal principal = Principal.of(request.caller());
    NewProvider wanted = request.body(NewProvider.class);
    String credential = wanted.credential();
    if (Slug.of(wanted.name()).isEmpty()) {
      throw HttpException.invalid("name", "must be a name of a-z 0-9 . _ : -");
    }
    String baseUrl = parts.providers.baseUrl(wanted.dialect(), wanted.baseUrl());
    if (baseUrl.length() > LONGEST_URL) {
      throw HttpException.invalid("base_url", "is longer than " + LONGEST_URL);
    }
    ProviderShape.check(principal, "credential", credential);
    Declared declared =
        new Declared(
            wanted.name(),
            wanted.dialect(),
            baseUrl,
            credential,
            ProviderShape.bounds(wanted.parallelCalls(), wanted.queue()),
            ProviderShape.credentials(principal, wanted.credentials(), credential != null));
    parts.providers.check(declared);
    Shown shown =
        parts.database.inTransaction(
            principal.tenant(),
            transaction -> {
              Shown added = parts.providers.add(transaction, declared);
              ProviderChange detail = new ProviderChange(wanted.dialect(), baseUrl);
              parts.audit.append(transaction, principal, "provider.created", wanted.name(), detail);
              return added;
            });
    return Response.json(201, view(shown));
  }

  private Response removeProvider(Request request) {
    Principal principal = Principal.of(request.caller());
    String name = request.path("provider");
    parts.database.inTransaction(
        principal.tenant(),
        transaction -> {
          parts.providers.remove(transaction, name);
          parts.audit.append(transaction, principal, "provider.removed", name, Map.of());
          return true;
        });
    return Response.nothing();
  }

  private Response prices(Request request) {
    List<PriceView> views =
        parts.table.list(request.caller().tenant()).stream()
            .map(GatewayRoutes::view)
            .sorted(Comparator.comparing(GatewayRoutes::key))
            .toList();
    return Response.ok(Pages.of(views, GatewayRoutes::key, request.page()));
  }

  /// A tenant's own price of the same model and time stands before the one of the program.
  private static String key(PriceView view) {
    return view.model() + " " + view.from() + " " + view.source();
  }

  private static PriceView view(DatedPrice dated) {
    Price price = dated.price();
    return new PriceView(
        dated.model(),
        Usd.text(price.input()),
        Usd.text(price.output()),
        text(price.cachedInput()),
        text(price.cacheWrite()),
        dated.from(),
        dated.source());
  }

  private Response setPrice(Request request) {
    Principal principal = Principal.of(request.caller());
    NewPrice wanted = request.body(NewPrice.class);
    if (!wanted.model().matches("[^\\s/]+/\\S+") || wanted.model().length() > LONGEST_MODEL) {
      throw HttpException.invalid("model", "must be provider/model");
    }
    Price price =
        new Price(
            nano("input_usd_per_million", wanted.inputUsdPerMillion()),
            nano("output_usd_per_million", wanted.outputUsdPerMillion()),
            optional("cached_input_usd_per_million", wanted.cachedInputUsdPerMillion()),
            optional("cache_write_usd_per_million", wanted.cacheWriteUsdPerMillion()));
    Instant from = wanted.from() == null ? parts.clock.instant() : wanted.from();
    DatedPrice dated = new DatedPrice(wanted.model(), from, price, PriceStore.OWN);
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

  private static @Nullable String text(@Nullable Long nano) {
    return nano == null ? null : Usd.text(nano);
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
