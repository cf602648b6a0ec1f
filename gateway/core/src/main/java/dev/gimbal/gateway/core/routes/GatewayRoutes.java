package dev.gimbal.gateway.core.routes;

import dev.gimbal.access.api.Audit;
import dev.gimbal.access.api.Principal;
import dev.gimbal.access.api.Rights;
import dev.gimbal.gateway.api.Model;
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
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Models and providers under `/api`.
public final class GatewayRoutes {
  private static final int LONGEST_URL = 2_000;

  private final Parts parts;

  /// What the routes stand on.
  public record Parts(
      Database database,
      Audit audit,
      ProviderCatalog catalog,
      ProviderStore providers,
      Supplier<Applications> applications) {}

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
            .handle(this::removeProvider));
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
}
