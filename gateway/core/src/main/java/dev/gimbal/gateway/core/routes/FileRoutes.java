package dev.gimbal.gateway.core.routes;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gimbal.access.api.Rights;
import dev.gimbal.gateway.api.Model;
import dev.gimbal.gateway.core.alert.LocalAlerts;
import dev.gimbal.gateway.core.budget.LocalBudgets;
import dev.gimbal.gateway.core.guard.DeclaredGuard;
import dev.gimbal.gateway.core.price.PriceTable;
import dev.gimbal.gateway.core.provider.FileProviders.Ready;
import dev.gimbal.gateway.core.provider.ProviderCatalog;
import dev.gimbal.gateway.core.route.RouteShape;
import dev.gimbal.gateway.core.routes.BudgetRoutes.BudgetView;
import dev.gimbal.gateway.core.routes.GatewayRoutes.ModelView;
import dev.gimbal.gateway.core.routes.LimitRoutes.LimitView;
import dev.gimbal.gateway.core.routes.PriceRoutes.PriceView;
import dev.gimbal.gateway.core.routes.ProviderRoutes.ProviderView;
import dev.gimbal.gateway.limits.Limit;
import dev.gimbal.gateway.limits.Limit.Unit;
import dev.gimbal.gateway.limits.MemoryLeaseStore.Standing;
import dev.gimbal.gateway.limits.Window;
import dev.gimbal.platform.http.HttpError;
import dev.gimbal.platform.http.HttpException;
import dev.gimbal.platform.http.Request;
import dev.gimbal.platform.http.Response;
import dev.gimbal.platform.http.Route;
import dev.gimbal.platform.ids.TenantId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// What a file declares, to look at under `/api`; whoever would change it is told where it stands.
public final class FileRoutes {
  private static final List<String> DECLARED =
      List.of(
          "providers", "prices", "routes", "budgets", "limits", "guards", "keys", "alert-channels");

  private final Parts parts;
  private final String file;

  /// What the routes stand on.
  ///
  /// @param declared what the file declares now
  public record Parts(
      Supplier<GatewayFile> declared,
      ProviderCatalog catalog,
      PriceTable table,
      LocalBudgets budgets) {}

  /// @param file for people
  public FileRoutes(Parts parts, String file) {
    this.parts = parts;
    this.file = file;
  }

  record KeyView(
      String id,
      String name,
      String role,
      @Nullable Instant expiresAt,
      @Nullable Integer requestsPerMinute) {}

  /// All of them.
  public List<Route> routes() {
    List<Route> routes = new ArrayList<>();
    routes.add(listing("models", Rights.MODELS_READ, ModelView.class, this::models));
    routes.add(listing("providers", Rights.MODELS_READ, ProviderView.class, this::providers));
    routes.add(listing("prices", Rights.MODELS_READ, PriceView.class, this::prices));
    routes.add(listing("routes", Rights.MODELS_READ, RouteShape.class, this::declaredRoutes));
    routes.add(listing("budgets", Rights.BUDGETS_READ, BudgetView.class, this::budgets));
    routes.add(listing("limits", Rights.BUDGETS_READ, LimitView.class, this::limits));
    routes.add(listing("guards", Rights.GUARDS_READ, Object.class, this::guards));
    routes.add(listing("keys", Rights.KEYS_READ, KeyView.class, this::keys));
    for (String kind : DECLARED) {
      String path = "/api/" + kind;
      String one = path + "/{name}";
      routes.add(refused(Route.post(path).body(JsonNode.class)));
      routes.add(refused(Route.put(one).body(JsonNode.class)));
      routes.add(refused(Route.delete(one)));
    }
    return routes;
  }

  private static <T> Route listing(
      String kind, String right, Class<T> view, Function<TenantId, List<Named<T>>> all) {
    return Route.get("/api/" + kind)
        .summary("The " + kind + " that the file declares for the tenant")
        .right(right)
        .paged()
        .answersList(view)
        .handle(request -> page(all.apply(request.caller().tenant()), request));
  }

  private record Named<T>(String name, T view) {}

  private static <T> Response page(List<Named<T>> all, Request request) {
    List<Named<T>> sorted = all.stream().sorted(Comparator.comparing(Named::name)).toList();
    Response.Listing<Named<T>> page = Pages.of(sorted, Named::name, request.page());
    return Response.ok(
        new Response.Listing<>(page.data().stream().map(Named::view).toList(), page.next()));
  }

  private Route refused(Route.Builder route) {
    return route
        .summary("Refused: a file declares it")
        .right(Rights.MODELS_READ)
        .handle(
            request -> {
              throw new HttpException(
                  HttpError.RESOURCE_DECLARED, "It is declared by " + file + "; change it there.");
            });
  }

  private GatewayFile.@Nullable Tenant tenant(TenantId tenant) {
    return parts.declared.get().tenants().get(tenant);
  }

  private List<Named<ModelView>> models(TenantId tenant) {
    List<Named<ModelView>> models = new ArrayList<>();
    for (Model model : parts.catalog.models(tenant)) {
      String kind = model.kind().name().toLowerCase(Locale.ROOT);
      models.add(
          new Named<>(
              model.name(),
              new ModelView(
                  model.name(), kind, model.dimensions(), model.maxTokens(), model.scripted())));
    }
    for (String route : parts.catalog.routeNames(tenant)) {
      models.add(new Named<>(route, new ModelView(route, "chat", null, null, false)));
    }
    return models;
  }

  private List<Named<ProviderView>> providers(TenantId tenant) {
    List<Named<ProviderView>> views = new ArrayList<>();
    for (Ready each : parts.declared.get().providers()) {
      if (each.owners().contains(tenant)) {
        views.add(
            new Named<>(
                each.name(),
                new ProviderView(
                    each.name(),
                    each.dialect(),
                    each.baseUrl().toString(),
                    null,
                    null,
                    each.bounds().parallelCalls(),
                    each.bounds().queue(),
                    false,
                    null,
                    null,
                    null)));
      }
    }
    for (String name : parts.catalog.sharedNames()) {
      ProviderView view = ProviderView.shared(name);
      views.add(new Named<>(name, view));
    }
    return views;
  }

  private List<Named<PriceView>> prices(TenantId tenant) {
    return parts.table.list(tenant).stream()
        .map(PriceRoutes::view)
        .map(view -> new Named<>(PriceRoutes.key(view), view))
        .toList();
  }

  private List<Named<RouteShape>> declaredRoutes(TenantId tenant) {
    GatewayFile.Tenant own = tenant(tenant);
    return own == null
        ? List.of()
        : own.shapes().stream()
            .map(shape -> new Named<>(String.valueOf(shape.name()), shape))
            .toList();
  }

  private List<Named<Object>> guards(TenantId tenant) {
    GatewayFile.Tenant own = tenant(tenant);
    return own == null ? List.of() : own.guards().stream().map(FileRoutes::named).toList();
  }

  private static Named<Object> named(DeclaredGuard guard) {
    return new Named<>(guard.name(), guard.shown());
  }

  private List<Named<KeyView>> keys(TenantId tenant) {
    return parts.declared.get().keys().stream()
        .filter(key -> key.principal().tenant().equals(tenant))
        .map(
            key ->
                new Named<>(
                    key.principal().name(),
                    new KeyView(
                        key.principal().id(),
                        key.principal().name(),
                        key.principal().role(),
                        key.expiresAt(),
                        key.principal().requestsPerMinute())))
        .toList();
  }

  private List<Named<BudgetView>> budgets(TenantId tenant) {
    GatewayFile.Tenant own = tenant(tenant);
    return own == null
        ? List.of()
        : own.limits().stream()
            .filter(FileRoutes::budget)
            .map(limit -> new Named<>(limit.name(), budgetView(limit, shares(own, limit))))
            .toList();
  }

  private static boolean budget(Limit limit) {
    return limit.unit() == Unit.NANO_USD
        || (limit.unit() == Unit.TOKENS && !limit.window().equals(Window.Rolling.MINUTE));
  }

  private static List<Double> shares(GatewayFile.Tenant own, Limit limit) {
    return own.watched().stream()
        .filter(watched -> watched.limit().equals(limit))
        .findFirst()
        .map(LocalAlerts.Watched::shares)
        .orElse(List.of());
  }

  private BudgetView budgetView(Limit limit, List<Double> alertAt) {
    Standing used = parts.budgets.standing(limit);
    boolean usd = limit.unit() == Unit.NANO_USD;
    long left = Math.max(0, limit.amount() - used.spent() - used.reserved());
    boolean begins = limit.window() instanceof Window.Calendar;
    Long seconds =
        limit.window() instanceof Window.Rolling rolling
            ? Long.valueOf(rolling.length().toSeconds())
            : null;
    return new BudgetView(
        limit.name(),
        ScopeView.of(limit.scope(), limit.tenant()),
        BudgetRoutes.usd(usd, limit.amount()),
        BudgetRoutes.tokens(usd, limit.amount()),
        BudgetRoutes.period(limit.window()),
        seconds,
        limit.hard(),
        alertAt,
        BudgetRoutes.usd(usd, used.reserved()),
        BudgetRoutes.tokens(usd, used.reserved()),
        BudgetRoutes.usd(usd, used.spent()),
        BudgetRoutes.tokens(usd, used.spent()),
        BudgetRoutes.usd(usd, left),
        BudgetRoutes.tokens(usd, left),
        begins ? Instant.ofEpochMilli(used.window()) : null,
        begins ? Instant.ofEpochMilli(limit.window().endOf(used.window())) : null,
        List.of(),
        Instant.EPOCH);
  }

  private List<Named<LimitView>> limits(TenantId tenant) {
    GatewayFile.Tenant own = tenant(tenant);
    Map<String, List<Limit>> byName = new LinkedHashMap<>();
    if (own != null) {
      own.limits().stream()
          .filter(limit -> !budget(limit))
          .forEach(
              limit -> byName.computeIfAbsent(limit.name(), n -> new ArrayList<>()).add(limit));
    }
    return byName.entrySet().stream()
        .map(entry -> new Named<>(entry.getKey(), limitView(entry.getValue())))
        .toList();
  }

  private LimitView limitView(List<Limit> all) {
    Limit first = all.getFirst();
    return new LimitView(
        first.name(),
        ScopeView.of(first.scope(), first.tenant()),
        amount(all, Unit.REQUESTS),
        amount(all, Unit.TOKENS),
        amount(all, Unit.PARALLEL),
        used(all, Unit.REQUESTS),
        used(all, Unit.TOKENS),
        used(all, Unit.PARALLEL),
        Instant.EPOCH);
  }

  private static @Nullable Long amount(List<Limit> all, Unit unit) {
    return all.stream()
        .filter(limit -> limit.unit() == unit)
        .map(Limit::amount)
        .findFirst()
        .orElse(null);
  }

  private @Nullable Long used(List<Limit> all, Unit unit) {
    return all.stream()
        .filter(limit -> limit.unit() == unit)
        .map(parts.budgets::standing)
        .map(standing -> standing.spent() + standing.reserved())
        .findFirst()
        .orElse(null);
  }
}
