package dev.gimbal.gateway.core.routes;

import dev.gimbal.access.api.Principal;
import dev.gimbal.access.api.Rights;
import dev.gimbal.gateway.api.GatewayError;
import dev.gimbal.gateway.api.GatewayException;
import dev.gimbal.gateway.core.budget.BudgetStore.Kept;
import dev.gimbal.gateway.core.budget.BudgetStore.Resource;
import dev.gimbal.gateway.core.budget.BudgetStore.Used;
import dev.gimbal.gateway.limits.Limit;
import dev.gimbal.gateway.limits.Limit.Scope;
import dev.gimbal.gateway.limits.Limit.Unit;
import dev.gimbal.gateway.limits.Window;
import dev.gimbal.platform.database.Transaction;
import dev.gimbal.platform.http.EntityTag;
import dev.gimbal.platform.http.HttpException;
import dev.gimbal.platform.http.Request;
import dev.gimbal.platform.http.Response;
import dev.gimbal.platform.http.Route;
import dev.gimbal.platform.ids.Slug;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Limits on requests and tokens a minute and on parallel calls, under `/api`. One limit has up to
/// three numbers; each is counted apart.
public final class LimitRoutes {
  private final BudgetRoutes.Parts parts;
  private final Duration longestCall;

  /// @param longestCall how long a call may run at most
  public LimitRoutes(BudgetRoutes.Parts parts, Duration longestCall) {
    this.parts = parts;
    this.longestCall = longestCall;
  }

  record NewLimit(
      String name,
      @Nullable ScopeView scope,
      @Nullable Long requestsPerMinute,
      @Nullable Long tokensPerMinute,
      @Nullable Long parallelCalls) {}

  /// What is left out is no longer limited.
  record LimitChange(
      @Nullable Long requestsPerMinute,
      @Nullable Long tokensPerMinute,
      @Nullable Long parallelCalls) {}

  /// @param requestsUsed in the last minute; null: not limited
  record LimitView(
      String name,
      ScopeView scope,
      @Nullable Long requestsPerMinute,
      @Nullable Long tokensPerMinute,
      @Nullable Long parallelCalls,
      @Nullable Long requestsUsed,
      @Nullable Long tokensUsed,
      @Nullable Long parallelUsed,
      Instant created) {}

  /// All of them.
  public List<Route> routes() {
    return List.of(
        Route.get("/api/limits")
            .summary("The limits of the tenant, with what is used of them now")
            .right(Rights.BUDGETS_READ)
            .paged()
            .answersList(LimitView.class)
            .handle(this::list),
        Route.post("/api/limits")
            .summary("Declares limits on requests, tokens or parallel calls")
            .right(Rights.BUDGETS_WRITE)
            .body(NewLimit.class)
            .answers(201, LimitView.class)
            .handle(this::add),
        Route.get("/api/limits/{limit}")
            .summary("A limit with what is used of it now")
            .right(Rights.BUDGETS_READ)
            .answers(200, LimitView.class)
            .handle(this::get),
        Route.put("/api/limits/{limit}")
            .summary("Changes the numbers of a limit; what was counted stays")
            .right(Rights.BUDGETS_WRITE)
            .body(LimitChange.class)
            .answers(200, LimitView.class)
            .handle(this::change),
        Route.delete("/api/limits/{limit}")
            .summary("Removes a limit")
            .right(Rights.BUDGETS_WRITE)
            .answers(204, null)
            .handle(this::remove));
  }

  private Response list(Request request) {
    List<LimitView> views =
        parts
            .database()
            .inTransaction(
                request.caller().tenant(),
                transaction -> {
                  Map<String, List<Kept>> byName = new LinkedHashMap<>();
                  parts
                      .store()
                      .list(transaction, Resource.LIMIT)
                      .forEach(
                          kept ->
                              byName
                                  .computeIfAbsent(kept.limit().name(), n -> new ArrayList<>())
                                  .add(kept));
                  return byName.values().stream().map(kept -> view(transaction, kept)).toList();
                });
    return Response.ok(Pages.of(views, LimitView::name, request.page()));
  }

  private Response get(Request request) {
    return parts
        .database()
        .inTransaction(
            request.caller().tenant(),
            transaction -> tagged(200, transaction, find(transaction, request.path("limit"))));
  }

  private Response add(Request request) {
    Principal principal = Principal.of(request.caller());
    NewLimit wanted = request.body(NewLimit.class);
    if (Slug.of(wanted.name()).isEmpty()) {
      throw HttpException.invalid("name", "must be a name of a-z 0-9 . _ : -");
    }
    Scope scope = ScopeView.scope(wanted.scope(), principal.tenant());
    Map<Unit, Long> numbers =
        numbers(wanted.requestsPerMinute(), wanted.tokensPerMinute(), wanted.parallelCalls());
    return parts
        .database()
        .inTransaction(
            principal.tenant(),
            transaction -> {
              if (!parts.store().find(transaction, Resource.LIMIT, wanted.name()).isEmpty()) {
                throw exists(wanted.name());
              }
              Instant now = parts.clock().instant();
              List<Kept> kept = new ArrayList<>();
              numbers.forEach(
                  (unit, amount) ->
                      kept.add(
                          insert(
                              transaction,
                              fresh(principal, wanted.name(), scope, unit, amount),
                              1,
                              now)));
              parts.audit().append(transaction, principal, "limit.created", wanted.name(), wanted);
              return tagged(201, transaction, kept);
            });
  }

  private static GatewayException exists(String name) {
    return new GatewayException(GatewayError.LIMIT_EXISTS, "There is a limit " + name + ".");
  }

  private Limit fresh(Principal principal, String name, Scope scope, Unit unit, long amount) {
    return new Limit(
        parts.ids().next(),
        principal.tenant(),
        name,
        scope,
        unit,
        amount,
        unit == Unit.PARALLEL ? new Window.Running(longestCall) : Window.Rolling.MINUTE,
        true,
        false);
  }

  private Kept insert(Transaction transaction, Limit limit, long version, Instant created) {
    Kept kept = new Kept(limit, List.of(), version, created);
    if (!parts.store().add(transaction, Resource.LIMIT, kept)) {
      throw exists(limit.name());
    }
    return kept;
  }

  static Map<Unit, Long> numbers(
      @Nullable Long requests, @Nullable Long tokens, @Nullable Long parallel) {
    Map<Unit, Long> numbers = new LinkedHashMap<>();
    put(numbers, Unit.REQUESTS, "requests_per_minute", requests);
    put(numbers, Unit.TOKENS, "tokens_per_minute", tokens);
    put(numbers, Unit.PARALLEL, "parallel_calls", parallel);
    if (numbers.isEmpty()) {
      throw HttpException.invalid(
          "requests_per_minute", "it, tokens_per_minute or parallel_calls must be given");
    }
    return numbers;
  }

  private static void put(Map<Unit, Long> numbers, Unit unit, String field, @Nullable Long number) {
    if (number != null && number < 1) {
      throw HttpException.invalid(field, "must be at least 1, but is " + number);
    }
    if (number != null) {
      numbers.put(unit, number);
    }
  }

  private Response change(Request request) {
    Principal principal = Principal.of(request.caller());
    LimitChange wanted = request.body(LimitChange.class);
    String name = request.path("limit");
    Map<Unit, Long> numbers =
        numbers(wanted.requestsPerMinute(), wanted.tokensPerMinute(), wanted.parallelCalls());
    return parts
        .database()
        .inTransaction(
            principal.tenant(),
            transaction -> {
              List<Kept> before = find(transaction, name);
              EntityTag.require(request, before.getFirst().version());
              List<Kept> after = change(transaction, principal, before, numbers);
              parts.audit().append(transaction, principal, "limit.changed", name, wanted);
              return tagged(200, transaction, after);
            });
  }

  private List<Kept> change(
      Transaction transaction, Principal principal, List<Kept> before, Map<Unit, Long> numbers) {
    Kept first = before.getFirst();
    long version = first.version() + 1;
    List<Kept> after = new ArrayList<>();
    for (Kept kept : before) {
      Long amount = numbers.get(kept.limit().unit());
      if (amount == null) {
        parts.store().remove(transaction, kept.limit());
      } else {
        Kept next = new Kept(with(kept.limit(), amount), kept.alertAt(), version, kept.created());
        parts.store().change(transaction, next);
        after.add(next);
      }
    }
    numbers.forEach(
        (unit, amount) -> {
          if (before.stream().noneMatch(kept -> kept.limit().unit() == unit)) {
            Limit limit =
                fresh(principal, first.limit().name(), first.limit().scope(), unit, amount);
            after.add(insert(transaction, limit, version, first.created()));
          }
        });
    return after;
  }

  private static Limit with(Limit limit, long amount) {
    return new Limit(
        limit.id(),
        limit.tenant(),
        limit.name(),
        limit.scope(),
        limit.unit(),
        amount,
        limit.window(),
        limit.hard(),
        false);
  }

  private Response remove(Request request) {
    Principal principal = Principal.of(request.caller());
    String name = request.path("limit");
    parts
        .database()
        .inTransaction(
            principal.tenant(),
            transaction -> {
              List<Kept> all = find(transaction, name);
              EntityTag.require(request, all.getFirst().version());
              all.forEach(kept -> parts.store().remove(transaction, kept.limit()));
              parts.audit().append(transaction, principal, "limit.removed", name, Map.of());
              return true;
            });
    return Response.nothing();
  }

  private List<Kept> find(Transaction transaction, String name) {
    List<Kept> found = parts.store().find(transaction, Resource.LIMIT, name);
    if (found.isEmpty()) {
      throw new GatewayException(GatewayError.LIMIT_UNKNOWN, "There is no limit " + name + ".");
    }
    return found;
  }

  private Response tagged(int status, Transaction transaction, List<Kept> kept) {
    return new Response.Json(
        status, view(transaction, kept), Map.of("ETag", EntityTag.of(kept.getFirst().version())));
  }

  private LimitView view(Transaction transaction, List<Kept> all) {
    Kept first = all.getFirst();
    return new LimitView(
        first.limit().name(),
        ScopeView.of(first.limit().scope(), first.limit().tenant()),
        amount(all, Unit.REQUESTS),
        amount(all, Unit.TOKENS),
        amount(all, Unit.PARALLEL),
        used(transaction, all, Unit.REQUESTS),
        used(transaction, all, Unit.TOKENS),
        used(transaction, all, Unit.PARALLEL),
        first.created());
  }

  private static @Nullable Long amount(List<Kept> all, Unit unit) {
    return all.stream()
        .map(Kept::limit)
        .filter(limit -> limit.unit() == unit)
        .map(Limit::amount)
        .findFirst()
        .orElse(null);
  }

  private @Nullable Long used(Transaction transaction, List<Kept> all, Unit unit) {
    for (Kept kept : all) {
      if (kept.limit().unit() == unit) {
        Used used = parts.store().used(transaction, kept.limit());
        return used.spent() + used.reserved();
      }
    }
    return null;
  }
}
