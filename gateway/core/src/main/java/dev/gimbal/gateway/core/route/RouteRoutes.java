package dev.gimbal.gateway.core.route;

import dev.gimbal.access.api.Audit;
import dev.gimbal.access.api.Principal;
import dev.gimbal.access.api.Rights;
import dev.gimbal.gateway.core.price.Usd;
import dev.gimbal.gateway.core.provider.ProviderCatalog;
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
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// `/api/routes`.
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
      RouteShape.@Nullable Times timeLimits,
      long version,
      Instant created,
      Instant changed) {}

  /// @param savedUsd what the last target would have cost, less what was paid
  /// @param lostUsd what answers cost that were sent up
  record SavingView(LocalDate day, long kept, long escalated, String savedUsd, String lostUsd) {}

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
            .handle(this::savings));
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
        shape.timeLimits(),
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
}
