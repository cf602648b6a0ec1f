package dev.gimbal.gateway.core.route;

import dev.gimbal.access.api.Rights;
import dev.gimbal.gateway.api.GatewayError;
import dev.gimbal.gateway.api.GatewayException;
import dev.gimbal.gateway.core.provider.ProviderCatalog;
import dev.gimbal.gateway.core.provider.ProviderEntry;
import dev.gimbal.gateway.routing.Credentials;
import dev.gimbal.gateway.routing.FairQueue;
import dev.gimbal.gateway.routing.Health;
import dev.gimbal.platform.http.Request;
import dev.gimbal.platform.http.Response;
import dev.gimbal.platform.http.Route;
import dev.gimbal.platform.ids.TenantId;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The health of providers, with a database and without one.
public final class HealthRoutes {
  private final ProviderCatalog catalog;

  /// @param catalog whose providers are shown
  public HealthRoutes(ProviderCatalog catalog) {
    this.catalog = catalog;
  }

  /// @param waiting calls that wait for a place; null: places are not bounded
  record HealthView(
      String provider,
      @Nullable Integer parallel,
      @Nullable Integer waiting,
      List<ModelHealth> models,
      List<CredentialHealth> credentials) {}

  /// @param breaker closed, open or half_open
  /// @param counted calls that the rates are of
  /// @param latencyMillis mean of the time to the first byte when it was last measured; null: never
  record ModelHealth(
      String model,
      String breaker,
      double failureRate,
      double slowRate,
      int counted,
      @Nullable Long latencyMillis,
      int inFlight,
      long calls,
      @Nullable Long retryInMillis,
      @Nullable String lastFailure,
      @Nullable Instant lastFailureAt) {}

  /// @param restsForMillis after a 429 or 401; null: it does not rest
  record CredentialHealth(
      String name,
      int inFlight,
      long requestsLastMinute,
      long tokensLastMinute,
      @Nullable Long restsForMillis) {}

  /// All of them.
  public List<Route> routes() {
    return List.of(
        Route.get("/api/providers/{provider}/health")
            .summary("How a provider's models and credentials do, as this node sees them")
            .right(Rights.MODELS_READ)
            .answers(200, HealthView.class)
            .handle(this::health));
  }

  private Response health(Request request) {
    String name = request.path("provider");
    TenantId tenant = request.caller().tenant();
    ProviderEntry entry =
        catalog
            .provider(tenant, name)
            .orElseThrow(
                () ->
                    new GatewayException(
                        GatewayError.PROVIDER_UNKNOWN, "There is no provider " + name + "."));
    boolean whole = catalog.owns(tenant, name) || request.caller().may(Rights.TENANTS_READ);
    Predicate<String> visible = whole ? model -> true : visible(tenant, name, entry);
    FairQueue<TenantId> queue = whole ? entry.state().queue() : null;
    return Response.ok(
        new HealthView(
            name,
            queue == null ? null : queue.busy(),
            queue == null ? null : queue.waiting(),
            entry.state().shown().entrySet().stream()
                .filter(each -> visible.test(each.getKey()))
                .map(each -> view(each.getKey(), each.getValue()))
                .toList(),
            whole
                ? entry.state().credentials().shown().stream().map(HealthRoutes::view).toList()
                : List.of()));
  }

  /// Of a shared provider a tenant sees what the provider lists and what its own routes name: other
  /// names were called by other tenants.
  private Predicate<String> visible(TenantId tenant, String provider, ProviderEntry entry) {
    Set<String> names = new HashSet<>();
    entry.provider().models().forEach(model -> names.add(model.name()));
    for (String route : catalog.routeNames(tenant)) {
      catalog.route(tenant, route).stream()
          .flatMap(declared -> declared.targets().stream())
          .filter(target -> target.model().startsWith(provider + "/"))
          .forEach(target -> names.add(target.model().substring(provider.length() + 1)));
    }
    return names::contains;
  }

  private static ModelHealth view(String model, Health.Shown shown) {
    Health.LastFailure last = shown.last();
    return new ModelHealth(
        model,
        shown.state(),
        shown.failureRate(),
        shown.slowRate(),
        shown.counted(),
        shown.latencyNanos() == 0 ? null : Long.valueOf(shown.latencyNanos() / 1_000_000),
        shown.inFlight(),
        shown.calls(),
        shown.restsFor().isZero() ? null : Long.valueOf(shown.restsFor().toMillis()),
        last == null ? null : last.failure().text(),
        last == null ? null : Instant.ofEpochMilli(last.atMillis()));
  }

  private static CredentialHealth view(Credentials.Shown shown) {
    return new CredentialHealth(
        shown.name(),
        shown.inFlight(),
        shown.requestsLastMinute(),
        shown.tokensLastMinute(),
        shown.restsFor().isZero() ? null : Long.valueOf(shown.restsFor().toMillis()));
  }
}
