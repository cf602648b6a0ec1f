package dev.gimbal.gateway.core.route;

import dev.gimbal.access.api.Audit;
import dev.gimbal.access.api.Principal;
import dev.gimbal.access.api.Rights;
import dev.gimbal.gateway.api.GatewayError;
import dev.gimbal.gateway.api.GatewayException;
import dev.gimbal.gateway.core.price.Usd;
import dev.gimbal.gateway.core.provider.ProviderCatalog;
import dev.gimbal.gateway.core.provider.ProviderEntry;
import dev.gimbal.gateway.routing.Credentials;
import dev.gimbal.gateway.routing.FairQueue;
import dev.gimbal.gateway.routing.Health;
import dev.gimbal.platform.database.Database;
import dev.gimbal.platform.database.Transaction;
import dev.gimbal.platform.http.EntityTag;
import dev.gimbal.platform.http.HttpException;
import dev.gimbal.platform.http.Request;
import dev.gimbal.platform.http.Response;
import dev.gimbal.platform.http.Route;
import dev.gimbal.platform.ids.TenantId;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// `/api/routes` and the health of providers.
final class RouteRoutes {
  private static final String PATH = "/api/routes/{route}";

  private final Parts parts;

  record Parts(
      Database database,
      Audit audit,
      ProviderCatalog catalog,
      RouteStore routes,
      SavingStore savings) {}

  RouteRoutes(Parts parts) {
    this.parts = parts;
  }

  /// @param version for `If-Match`
  record RouteView(
      String name,
      List<RouteShape.Target> targets,
      String policy,
      RouteShape.@Nullable Stickiness sticky,
      RouteShape.@Nullable Ladder escalation,
      @Nullable Integer retries,
      long version,
      Instant created,
      Instant changed) {}

  /// @param savedUsd what the last target would have cost, less what was paid
  /// @param lostUsd what answers cost that were sent up
  record SavingView(LocalDate day, long kept, long escalated, String savedUsd, String lostUsd) {}

  /// @param waiting calls that wait for a place; null: places are not bounded
  record HealthView(
      String provider,
      @Nullable Integer parallel,
      @Nullable Integer waiting,
      List<ModelHealth> models,
      List<CredentialHealth> credentials) {}

  /// @param breaker closed, open or half_open
  /// @param counted calls that the rates are of
  /// @param latencyMillis decayed mean of the time to the first byte; null: not measured of late
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

  List<Route> routes() {
    return List.of(
        Route.get("/api/routes")
            .summary("The routes of the tenant")
            .right(Rights.MODELS_READ)
            .paged()
            .answersList(RouteView.class)
            .handle(this::list),
        Route.post("/api/routes")
            .summary("Declares a route: a model name with targets that answer for it")
            .right(Rights.ROUTES_WRITE)
            .body(RouteShape.class)
            .answers(201, RouteView.class)
            .handle(this::add),
        Route.get(PATH)
            .summary("One route")
            .right(Rights.MODELS_READ)
            .answers(200, RouteView.class)
            .handle(this::show),
        Route.put(PATH)
            .summary("Replaces a route; calls under way end as they began")
            .right(Rights.ROUTES_WRITE)
            .body(RouteShape.class)
            .answers(200, RouteView.class)
            .handle(this::replace),
        Route.delete(PATH)
            .summary("Removes a route")
            .right(Rights.ROUTES_WRITE)
            .answers(204, null)
            .handle(this::remove),
        Route.get(PATH + "/savings")
            .summary("What asking a small model first saved, by day, the latest first")
            .right(Rights.MODELS_READ)
            .query("limit")
            .answersList(SavingView.class)
            .handle(this::savings),
        Route.get("/api/providers/{provider}/health")
            .summary("How a provider's models and credentials do, as this node sees them")
            .right(Rights.MODELS_READ)
            .answers(200, HealthView.class)
            .handle(this::health));
  }

  private static RouteView view(RouteStore.Kept kept) {
    RouteShape shape = kept.shape();
    return new RouteView(
        kept.name(),
        shape.targets(),
        shape.policy() == null ? "ordered" : shape.policy(),
        shape.sticky(),
        shape.escalation(),
        shape.retries(),
        kept.version(),
        kept.created(),
        kept.changed());
  }

  private static Response tagged(int status, RouteStore.Kept kept) {
    return new Response.Json(status, view(kept), Map.of("etag", EntityTag.of(kept.version())));
  }

  private Response list(Request request) {
    List<RouteStore.Kept> all =
        parts.database.inTransaction(request.caller().tenant(), parts.routes::list);
    String cursor = request.page().cursor();
    List<RouteView> views =
        all.stream()
            .filter(kept -> cursor == null || kept.name().compareTo(cursor) > 0)
            .limit(request.page().limit() + 1L)
            .map(RouteRoutes::view)
            .toList();
    if (views.size() <= request.page().limit()) {
      return Response.ok(new Response.Listing<>(views, null));
    }
    List<RouteView> page = views.subList(0, request.page().limit());
    return Response.ok(new Response.Listing<>(page, page.getLast().name()));
  }

  private Response add(Request request) {
    Principal principal = Principal.of(request.caller());
    RouteShape wanted = request.body(RouteShape.class);
    String name = wanted.name();
    if (name == null) {
      throw HttpException.invalid("name", "is missing");
    }
    RouteStore.check(name, wanted);
    known(principal.tenant(), wanted);
    RouteStore.Kept kept =
        parts.database.inTransaction(
            principal.tenant(),
            transaction -> {
              RouteStore.Kept added = parts.routes.add(transaction, name, wanted);
              audit(transaction, principal, "route.created", added);
              return added;
            });
    return tagged(201, kept);
  }

  private Response show(Request request) {
    String name = request.path("route");
    return tagged(
        200,
        parts.database.inTransaction(
            request.caller().tenant(), transaction -> parts.routes.find(transaction, name)));
  }

  private Response replace(Request request) {
    Principal principal = Principal.of(request.caller());
    String name = request.path("route");
    RouteShape wanted = request.body(RouteShape.class);
    if (wanted.name() != null && !wanted.name().equals(name)) {
      throw HttpException.invalid("name", "does not change: it is " + name);
    }
    RouteStore.check(name, wanted);
    known(principal.tenant(), wanted);
    RouteStore.Kept kept =
        parts.database.inTransaction(
            principal.tenant(),
            transaction -> {
              RouteStore.Kept before = parts.routes.find(transaction, name);
              EntityTag.require(request, before.version());
              RouteStore.Kept after = parts.routes.replace(transaction, before, wanted);
              audit(transaction, principal, "route.replaced", after);
              return after;
            });
    return tagged(200, kept);
  }

  /// A provider that is removed later makes its targets be left out; one that never was is a slip.
  private void known(TenantId tenant, RouteShape wanted) {
    List<String> models = new ArrayList<>();
    List<String> fields = new ArrayList<>();
    for (int i = 0; i < wanted.targets().size(); i++) {
      models.add(wanted.targets().get(i).model());
      fields.add("targets[" + i + "].model");
    }
    if (wanted.escalation() != null && wanted.escalation().judge() != null) {
      models.add(wanted.escalation().judge());
      fields.add("escalation.judge");
    }
    for (int i = 0; i < models.size(); i++) {
      if (parts.catalog.resolve(tenant, models.get(i)).isEmpty()) {
        throw HttpException.invalid(fields.get(i), "there is no provider of " + models.get(i));
      }
    }
  }

  private void audit(
      Transaction transaction, Principal principal, String action, RouteStore.Kept kept) {
    parts.audit.append(transaction, principal, action, kept.name(), kept.shape());
  }

  private Response remove(Request request) {
    Principal principal = Principal.of(request.caller());
    String name = request.path("route");
    parts.database.inTransaction(
        principal.tenant(),
        transaction -> {
          EntityTag.require(request, parts.routes.find(transaction, name).version());
          parts.routes.remove(transaction, name);
          parts.audit.append(transaction, principal, "route.removed", name, Map.of());
          return true;
        });
    return Response.nothing();
  }

  private Response savings(Request request) {
    String name = request.path("route");
    parts.savings.write();
    int limit = request.page().limit();
    List<SavingView> views =
        parts.database.inTransaction(
            request.caller().tenant(),
            transaction -> {
              parts.routes.find(transaction, name);
              return parts.savings.list(transaction, name, limit).stream()
                  .map(RouteRoutes::view)
                  .toList();
            });
    return Response.ok(new Response.Listing<>(views, null));
  }

  private static SavingView view(SavingStore.Kept kept) {
    Savings.Sum sum = kept.sum();
    return new SavingView(
        kept.day(),
        sum.kept(),
        sum.escalated(),
        Usd.text(sum.savedNanoUsd()),
        Usd.text(sum.lostNanoUsd()));
  }

  private Response health(Request request) {
    String name = request.path("provider");
    TenantId tenant = request.caller().tenant();
    ProviderEntry entry =
        parts
            .catalog
            .provider(tenant, name)
            .orElseThrow(
                () ->
                    new GatewayException(
                        GatewayError.PROVIDER_UNKNOWN, "There is no provider " + name + "."));
    boolean whole = parts.catalog.owns(tenant, name) || request.caller().may(Rights.TENANTS_READ);
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
                ? entry.state().credentials().shown().stream().map(RouteRoutes::view).toList()
                : List.of()));
  }

  /// Of a shared provider a tenant sees what the provider lists and what its own routes name: other
  /// names were called by other tenants.
  private Predicate<String> visible(TenantId tenant, String provider, ProviderEntry entry) {
    Set<String> names = new HashSet<>();
    entry.provider().models().forEach(model -> names.add(model.name()));
    for (String route : parts.catalog.routeNames(tenant)) {
      parts.catalog.route(tenant, route).stream()
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
