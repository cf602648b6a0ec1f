package dev.gimbal.gateway.core.routes;

import dev.gimbal.access.api.Audit;
import dev.gimbal.access.api.Principal;
import dev.gimbal.access.api.Rights;
import dev.gimbal.gateway.api.GatewayError;
import dev.gimbal.gateway.api.GatewayException;
import dev.gimbal.gateway.core.budget.BudgetStore;
import dev.gimbal.gateway.core.budget.BudgetStore.Kept;
import dev.gimbal.gateway.core.budget.BudgetStore.Raised;
import dev.gimbal.gateway.core.budget.BudgetStore.Resource;
import dev.gimbal.gateway.core.budget.BudgetStore.Used;
import dev.gimbal.gateway.core.price.Usd;
import dev.gimbal.gateway.limits.Limit;
import dev.gimbal.gateway.limits.Limit.Unit;
import dev.gimbal.gateway.limits.Window;
import dev.gimbal.gateway.limits.Window.Calendar.Period;
import dev.gimbal.platform.database.Database;
import dev.gimbal.platform.database.Transaction;
import dev.gimbal.platform.http.EntityTag;
import dev.gimbal.platform.http.HttpException;
import dev.gimbal.platform.http.Request;
import dev.gimbal.platform.http.Response;
import dev.gimbal.platform.http.Route;
import dev.gimbal.platform.ids.Ids;
import dev.gimbal.platform.ids.Slug;
import dev.gimbal.platform.ids.TenantId;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Budgets under `/api`.
public final class BudgetRoutes {
  private static final int ALERTS_SHOWN = 20;
  private static final int MOST_ALERTS = 10;

  private final Parts parts;

  /// What the routes stand on.
  public record Parts(Database database, Audit audit, BudgetStore store, Clock clock, Ids ids) {}

  public BudgetRoutes(Parts parts) {
    this.parts = parts;
  }

  /// @param rollingSeconds of the period `rolling`
  /// @param hard null: true
  /// @param alertAt shares of the amount; null: 0.8 and 1
  record NewBudget(
      String name,
      @Nullable ScopeView scope,
      @Nullable String limitUsd,
      @Nullable Long limitTokens,
      String period,
      @Nullable Long rollingSeconds,
      @Nullable Boolean hard,
      @Nullable List<Double> alertAt) {}

  /// The amount in the unit that the budget has; what is left out stays as it is.
  record BudgetChange(
      @Nullable String limitUsd,
      @Nullable Long limitTokens,
      @Nullable Boolean hard,
      @Nullable List<Double> alertAt) {}

  record AlertView(
      double share, @Nullable String spentUsd, @Nullable Long spentTokens, Instant at) {}

  /// @param windowStart null: the period has no beginning
  /// @param windowEnd null: it has no end
  record BudgetView(
      String name,
      ScopeView scope,
      @Nullable String limitUsd,
      @Nullable Long limitTokens,
      String period,
      @Nullable Long rollingSeconds,
      boolean hard,
      List<Double> alertAt,
      @Nullable String reservedUsd,
      @Nullable Long reservedTokens,
      @Nullable String spentUsd,
      @Nullable Long spentTokens,
      @Nullable String leftUsd,
      @Nullable Long leftTokens,
      @Nullable Instant windowStart,
      @Nullable Instant windowEnd,
      List<AlertView> alerts,
      Instant created) {}

  /// All of them.
  public List<Route> routes() {
    return List.of(
        Route.get("/api/budgets")
            .summary("The budgets of the tenant, with what is reserved, spent and left")
            .right(Rights.BUDGETS_READ)
            .paged()
            .answersList(BudgetView.class)
            .handle(this::list),
        Route.post("/api/budgets")
            .summary("Declares a budget")
            .right(Rights.BUDGETS_WRITE)
            .body(NewBudget.class)
            .answers(201, BudgetView.class)
            .handle(this::add),
        Route.get("/api/budgets/{budget}")
            .summary("A budget with its latest alerts")
            .right(Rights.BUDGETS_READ)
            .answers(200, BudgetView.class)
            .handle(this::get),
        Route.put("/api/budgets/{budget}")
            .summary("Changes a budget; what was spent of it stays")
            .right(Rights.BUDGETS_WRITE)
            .body(BudgetChange.class)
            .answers(200, BudgetView.class)
            .handle(this::change),
        Route.delete("/api/budgets/{budget}")
            .summary("Removes a budget and what was counted of it")
            .right(Rights.BUDGETS_WRITE)
            .answers(204, null)
            .handle(this::remove));
  }

  private Response list(Request request) {
    List<BudgetView> views =
        parts.database.inTransaction(
            request.caller().tenant(),
            transaction ->
                parts.store.list(transaction, Resource.BUDGET).stream()
                    .map(kept -> view(transaction, kept))
                    .toList());
    return Response.ok(Pages.of(views, BudgetView::name, request.page()));
  }

  private Response get(Request request) {
    return parts.database.inTransaction(
        request.caller().tenant(),
        transaction -> tagged(200, transaction, find(transaction, request.path("budget"))));
  }

  private Response add(Request request) {
    Principal principal = Principal.of(request.caller());
    NewBudget wanted = request.body(NewBudget.class);
    if (Slug.of(wanted.name()).isEmpty()) {
      throw HttpException.invalid("name", "must be a name of a-z 0-9 . _ : -");
    }
    Limit limit = limit(wanted, principal.tenant(), parts.ids.next());
    Kept kept = new Kept(limit, alerts(wanted.alertAt()), 1, parts.clock.instant());
    return parts.database.inTransaction(
        principal.tenant(),
        transaction -> {
          if (!parts.store.add(transaction, Resource.BUDGET, kept)) {
            throw new GatewayException(
                GatewayError.BUDGET_EXISTS, "There is a budget " + wanted.name() + ".");
          }
          parts.audit.append(transaction, principal, "budget.created", wanted.name(), wanted);
          return tagged(201, transaction, kept);
        });
  }

  static Limit limit(NewBudget wanted, TenantId tenant, UUID id) {
    return new Limit(
        id,
        tenant,
        wanted.name(),
        ScopeView.scope(wanted.scope(), tenant),
        wanted.limitTokens() == null ? Unit.NANO_USD : Unit.TOKENS,
        amount(wanted.limitUsd(), wanted.limitTokens()),
        window(wanted.period(), wanted.rollingSeconds()),
        wanted.hard() == null || wanted.hard(),
        false);
  }

  private Response change(Request request) {
    Principal principal = Principal.of(request.caller());
    BudgetChange wanted = request.body(BudgetChange.class);
    String name = request.path("budget");
    return parts.database.inTransaction(
        principal.tenant(),
        transaction -> {
          Kept before = find(transaction, name);
          EntityTag.require(request, before.version());
          Kept after = changed(before, wanted);
          parts.store.change(transaction, after);
          parts.audit.append(transaction, principal, "budget.changed", name, wanted);
          return tagged(200, transaction, after);
        });
  }

  private static Kept changed(Kept before, BudgetChange wanted) {
    Limit limit = before.limit();
    boolean tokens = limit.unit() == Unit.TOKENS;
    if (tokens ? wanted.limitUsd() != null : wanted.limitTokens() != null) {
      throw HttpException.invalid(
          tokens ? "limit_usd" : "limit_tokens",
          "the budget is in " + (tokens ? "tokens" : "USD") + ": declare another");
    }
    boolean same = wanted.limitUsd() == null && wanted.limitTokens() == null;
    Limit after =
        new Limit(
            limit.id(),
            limit.tenant(),
            limit.name(),
            limit.scope(),
            limit.unit(),
            same ? limit.amount() : amount(wanted.limitUsd(), wanted.limitTokens()),
            limit.window(),
            wanted.hard() == null ? limit.hard() : wanted.hard(),
            false);
    List<Double> alerts = wanted.alertAt() == null ? before.alertAt() : alerts(wanted.alertAt());
    return new Kept(after, alerts, before.version() + 1, before.created());
  }

  private Response remove(Request request) {
    Principal principal = Principal.of(request.caller());
    String name = request.path("budget");
    parts.database.inTransaction(
        principal.tenant(),
        transaction -> {
          Kept kept = find(transaction, name);
          EntityTag.require(request, kept.version());
          parts.store.remove(transaction, kept.limit());
          parts.audit.append(transaction, principal, "budget.removed", name, Map.of());
          return true;
        });
    return Response.nothing();
  }

  private Kept find(Transaction transaction, String name) {
    return parts.store.find(transaction, Resource.BUDGET, name).stream()
        .findFirst()
        .orElseThrow(
            () ->
                new GatewayException(
                    GatewayError.BUDGET_UNKNOWN, "There is no budget " + name + "."));
  }

  private static long amount(@Nullable String usd, @Nullable Long tokens) {
    if ((usd == null) == (tokens == null)) {
      throw HttpException.invalid("limit_usd", "either it or limit_tokens must be given");
    }
    if (tokens != null) {
      if (tokens < 0) {
        throw HttpException.invalid("limit_tokens", "must be 0 or more, but is " + tokens);
      }
      return tokens;
    }
    try {
      return Usd.nano(String.valueOf(usd));
    } catch (IllegalArgumentException e) {
      throw HttpException.invalid("limit_usd", String.valueOf(e.getMessage()));
    }
  }

  private static Window window(String period, @Nullable Long seconds) {
    if (period.equals("rolling") != (seconds != null)) {
      throw HttpException.invalid("rolling_seconds", "goes with the period rolling and no other");
    }
    return switch (period) {
      case "hour" -> new Window.Calendar(Period.HOUR);
      case "day" -> new Window.Calendar(Period.DAY);
      case "month" -> new Window.Calendar(Period.MONTH);
      case "total" -> new Window.Total();
      case "rolling" -> rolling(seconds == null ? 0 : seconds);
      default ->
          throw HttpException.invalid(
              "period", "must be hour, day, month, total or rolling, but is " + period);
    };
  }

  private static Window rolling(long seconds) {
    long most = Duration.ofDays(366).toSeconds();
    if (seconds < 1 || seconds > most) {
      throw HttpException.invalid(
          "rolling_seconds", "must be 1 to " + most + ", but is " + seconds);
    }
    return new Window.Rolling(Duration.ofSeconds(seconds));
  }

  static List<Double> alerts(@Nullable List<Double> wanted) {
    if (wanted == null) {
      return List.of(0.8, 1.0);
    }
    List<Double> sorted = wanted.stream().distinct().sorted().toList();
    boolean within = sorted.stream().allMatch(share -> share > 0 && share <= 10);
    if (!within || sorted.size() > MOST_ALERTS) {
      throw HttpException.invalid(
          "alert_at", "must be up to " + MOST_ALERTS + " shares above 0 and up to 10");
    }
    return sorted;
  }

  private Response tagged(int status, Transaction transaction, Kept kept) {
    return new Response.Json(
        status, view(transaction, kept), Map.of("ETag", EntityTag.of(kept.version())));
  }

  private BudgetView view(Transaction transaction, Kept kept) {
    Limit limit = kept.limit();
    Used used = parts.store.used(transaction, limit);
    boolean usd = limit.unit() == Unit.NANO_USD;
    long left = limit.amount() - used.spent() - used.reserved();
    boolean begins = limit.window() instanceof Window.Calendar;
    List<AlertView> alerts =
        parts.store.alerts(transaction, limit, ALERTS_SHOWN).stream()
            .map(raised -> view(raised, usd))
            .toList();
    Long seconds =
        limit.window() instanceof Window.Rolling rolling
            ? Long.valueOf(rolling.length().toSeconds())
            : null;
    return new BudgetView(
        limit.name(),
        ScopeView.of(limit.scope(), limit.tenant()),
        usd(usd, limit.amount()),
        tokens(usd, limit.amount()),
        period(limit.window()),
        seconds,
        limit.hard(),
        kept.alertAt(),
        usd(usd, used.reserved()),
        tokens(usd, used.reserved()),
        usd(usd, used.spent()),
        tokens(usd, used.spent()),
        usd(usd, Math.max(0, left)),
        tokens(usd, Math.max(0, left)),
        begins ? Instant.ofEpochMilli(used.window()) : null,
        begins ? Instant.ofEpochMilli(limit.window().endOf(used.window())) : null,
        alerts,
        kept.created());
  }

  static String period(Window window) {
    return switch (window) {
      case Window.Calendar calendar ->
          switch (calendar.period()) {
            case HOUR -> "hour";
            case DAY -> "day";
            case MONTH -> "month";
          };
      case Window.Total total -> "total";
      case Window.Rolling rolling -> "rolling";
      case Window.Running running -> throw new IllegalStateException("no budget counts calls");
    };
  }

  private static AlertView view(Raised raised, boolean usd) {
    return new AlertView(
        raised.share(), usd(usd, raised.spent()), tokens(usd, raised.spent()), raised.at());
  }

  static @Nullable String usd(boolean usd, long amount) {
    return usd ? Usd.text(amount) : null;
  }

  static @Nullable Long tokens(boolean usd, long amount) {
    return usd ? null : Long.valueOf(amount);
  }
}
