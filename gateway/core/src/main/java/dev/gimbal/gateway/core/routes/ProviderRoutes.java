package dev.gimbal.gateway.core.routes;

import dev.gimbal.access.api.Audit;
import dev.gimbal.access.api.Principal;
import dev.gimbal.access.api.Rights;
import dev.gimbal.gateway.core.provider.ProviderCatalog;
import dev.gimbal.gateway.core.provider.ProviderStore;
import dev.gimbal.gateway.core.provider.ProviderStore.Declared;
import dev.gimbal.gateway.core.provider.ProviderStore.Shown;
import dev.gimbal.platform.database.Database;
import dev.gimbal.platform.http.EntityTag;
import dev.gimbal.platform.http.HttpException;
import dev.gimbal.platform.http.Request;
import dev.gimbal.platform.http.Response;
import dev.gimbal.platform.http.Route;
import dev.gimbal.platform.ids.Slug;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// `/api/providers`.
public final class ProviderRoutes {
  private static final String PATH = "/api/providers/{provider}";
  private static final int LONGEST_URL = 2_000;

  private final Parts parts;

  /// What the routes stand on.
  public record Parts(
      Database database, Audit audit, ProviderCatalog catalog, ProviderStore providers) {}

  public ProviderRoutes(Parts parts) {
    this.parts = parts;
  }

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

  /// A provider from now on.
  ///
  /// @param name the one that it has, or absent
  /// @param credential absent: the one that it has is kept; empty: none from now on
  /// @param credentials all that it has from now on
  record ChangedProvider(
      @Nullable String name,
      String dialect,
      @Nullable String baseUrl,
      @Nullable String credential,
      @Nullable List<ProviderShape.ChangedCredential> credentials,
      @Nullable Integer parallelCalls,
      @Nullable Integer queue) {
    @Override
    public String toString() {
      return "ChangedProvider[" + name + "]";
    }
  }

  /// @param shared whether the operator declared it for every tenant
  /// @param version for `If-Match`
  record ProviderView(
      String name,
      @Nullable String dialect,
      @Nullable String baseUrl,
      @Nullable String credential,
      @Nullable List<ProviderShape.CredentialView> credentials,
      @Nullable Integer parallelCalls,
      @Nullable Integer queue,
      boolean shared,
      @Nullable Long version,
      @Nullable Instant created,
      @Nullable Instant changed) {
    /// Of which a tenant sees no more than the name.
    static ProviderView shared(String name) {
      return new ProviderView(name, null, null, null, null, null, null, true, null, null, null);
    }

    static ProviderView of(Shown shown) {
      return new ProviderView(
          shown.name(),
          shown.dialect(),
          shown.baseUrl(),
          shown.credential(),
          ProviderShape.views(shown.credentials()),
          shown.bounds().parallelCalls(),
          shown.bounds().queue(),
          false,
          shown.version(),
          shown.created(),
          shown.changed());
    }
  }

  record ProviderChange(String dialect, String baseUrl) {}

  /// All of them.
  public List<Route> routes() {
    return List.of(
        Route.get("/api/providers")
            .summary("The providers of the tenant, shared ones included")
            .right(Rights.MODELS_READ)
            .paged()
            .answers(200, ProviderView.class)
            .handle(this::list),
        Route.post("/api/providers")
            .summary("Declares a provider")
            .right(Rights.PROVIDERS_WRITE)
            .body(NewProvider.class)
            .answers(201, ProviderView.class)
            .handle(this::add),
        Route.get(PATH)
            .summary("A provider of the tenant")
            .right(Rights.MODELS_READ)
            .answers(200, ProviderView.class)
            .handle(this::show),
        Route.put(PATH)
            .summary("Replaces a provider of the tenant; calls under way end as they began")
            .right(Rights.PROVIDERS_WRITE)
            .body(ChangedProvider.class)
            .answers(200, ProviderView.class)
            .handle(this::replace),
        Route.delete(PATH)
            .summary("Removes a provider of the tenant")
            .right(Rights.PROVIDERS_WRITE)
            .answers(204, null)
            .handle(this::remove));
  }

  private Response list(Request request) {
    List<ProviderView> views = new ArrayList<>();
    List<Shown> own =
        parts.database.inTransaction(request.caller().tenant(), parts.providers::list);
    own.forEach(shown -> views.add(ProviderView.of(shown)));
    for (String name : parts.catalog.sharedNames()) {
      if (own.stream().noneMatch(shown -> shown.name().equals(name))) {
        views.add(ProviderView.shared(name));
      }
    }
    views.sort(Comparator.comparing(ProviderView::name));
    return Response.ok(Pages.of(views, ProviderView::name, request.page()));
  }

  private static Response tagged(int status, Shown shown) {
    return new Response.Json(
        status, ProviderView.of(shown), Map.of("etag", EntityTag.of(shown.version())));
  }

  private String baseUrl(String dialect, @Nullable String declared) {
    String baseUrl = parts.providers.baseUrl(dialect, declared);
    if (baseUrl.length() > LONGEST_URL) {
      throw HttpException.invalid("base_url", "is longer than " + LONGEST_URL);
    }
    return baseUrl;
  }

  private Response add(Request request) {
    Principal principal = Principal.of(request.caller());
    NewProvider wanted = request.body(NewProvider.class);
    String credential = wanted.credential();
    if (Slug.of(wanted.name()).isEmpty()) {
      throw HttpException.invalid("name", "must be a name of a-z 0-9 . _ : -");
    }
    String baseUrl = baseUrl(wanted.dialect(), wanted.baseUrl());
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
    return tagged(
        201,
        parts.database.inTransaction(
            principal.tenant(),
            transaction -> {
              Shown added = parts.providers.add(transaction, declared);
              ProviderChange detail = new ProviderChange(wanted.dialect(), baseUrl);
              parts.audit.append(transaction, principal, "provider.created", wanted.name(), detail);
              return added;
            }));
  }

  private Response show(Request request) {
    String name = request.path("provider");
    return tagged(
        200,
        parts.database.inTransaction(
            request.caller().tenant(), transaction -> parts.providers.find(transaction, name)));
  }

  private Response replace(Request request) {
    Principal principal = Principal.of(request.caller());
    String name = request.path("provider");
    ChangedProvider wanted = request.body(ChangedProvider.class);
    if (wanted.name() != null && !wanted.name().equals(name)) {
      throw HttpException.invalid("name", "does not change: it is " + name);
    }
    // First of all: what is another tenant's is not there, whatever else is wrong.
    Shown known =
        parts.database.inTransaction(
            principal.tenant(), transaction -> parts.providers.find(transaction, name));
    EntityTag.require(request, known.version());
    String credential = wanted.credential();
    boolean keeps = credential == null;
    String given = credential == null || credential.isEmpty() ? null : credential;
    ProviderShape.check(principal, "credential", given);
    boolean first = keeps ? known.credential() != null : given != null;
    Declared declared =
        new Declared(
            name,
            wanted.dialect(),
            baseUrl(wanted.dialect(), wanted.baseUrl()),
            given,
            ProviderShape.bounds(wanted.parallelCalls(), wanted.queue()),
            ProviderShape.changed(principal, wanted.credentials(), first));
    parts.providers.check(declared);
    return tagged(200, replaced(request, principal, known.version(), declared, keeps));
  }

  /// The lock is not held while a name is looked up: what was judged must be there still.
  private Shown replaced(
      Request request, Principal principal, long version, Declared declared, boolean keeps) {
    return parts.database.inTransaction(
        principal.tenant(),
        transaction -> {
          Shown before = parts.providers.find(transaction, declared.name());
          EntityTag.require(request, before.version());
          if (before.version() != version) {
            throw EntityTag.stale(version, before.version());
          }
          Shown after = parts.providers.replace(transaction, before, declared, keeps);
          ProviderChange detail = new ProviderChange(declared.dialect(), declared.baseUrl());
          parts.audit.append(transaction, principal, "provider.replaced", declared.name(), detail);
          return after;
        });
  }

  private Response remove(Request request) {
    Principal principal = Principal.of(request.caller());
    String name = request.path("provider");
    parts.database.inTransaction(
        principal.tenant(),
        transaction -> {
          EntityTag.require(request, parts.providers.find(transaction, name).version());
          parts.providers.remove(transaction, name);
          parts.audit.append(transaction, principal, "provider.removed", name, Map.of());
          return true;
        });
    return Response.nothing();
  }
}
