package dev.gimbal.gateway.core.budget;

import dev.gimbal.access.api.Principal;
import dev.gimbal.gateway.api.GatewayError;
import dev.gimbal.gateway.api.GatewayException;
import dev.gimbal.gateway.core.budget.SpendingDecision.Admitted;
import dev.gimbal.gateway.core.budget.SpendingDecision.Refused;
import dev.gimbal.gateway.limits.Book;
import dev.gimbal.gateway.limits.Decision;
import dev.gimbal.gateway.limits.Decision.Standing;
import dev.gimbal.gateway.limits.Demand;
import dev.gimbal.gateway.limits.Limit;
import dev.gimbal.gateway.limits.Limit.Scope;
import dev.gimbal.gateway.limits.Limit.Unit;
import dev.gimbal.gateway.limits.LimitSet;
import dev.gimbal.gateway.limits.Reservation;
import dev.gimbal.gateway.limits.Window;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/// What a call may use, held before it is dispatched. Thread-safe; never blocks.
public final class Spending {
  private static final CompletionStage<SpendingDecision> UNLIMITED =
      CompletableFuture.completedStage(new Admitted(Reservation.FREE, Standing.NONE));

  private final LimitCatalog catalog;
  private final Book book;

  Spending(LimitCatalog catalog, Book book) {
    this.catalog = catalog;
    this.book = book;
  }

  /// Holds the worst of a call in every limit that it counts in, or refuses it. Complete at once
  /// where this node's leases suffice, or else within two and a half seconds on a thread of the
  /// store.
  public CompletionStage<SpendingDecision> reserve(Subject subject, Worst worst) {
    Principal principal = subject.principal();
    LimitSet set = catalog.of(principal.tenant());
    Integer perMinute = worst.counted() ? principal.requestsPerMinute() : null;
    if (set.isEmpty() && perMinute == null) {
      return UNLIMITED;
    }
    List<Demand> demands = new ArrayList<>();
    if (perMinute != null) {
      demands.add(new Demand(ofKey(principal, perMinute), 1));
    }
    for (Limit limit : set.isEmpty() ? List.<Limit>of() : set.of(subject.names())) {
      Long amount = amount(limit, worst);
      if (amount == null && limit.hard()) {
        return CompletableFuture.completedStage(unpriced(limit));
      }
      if (amount != null && amount > 0) {
        demands.add(new Demand(limit, amount));
      }
    }
    return demands.isEmpty()
        ? UNLIMITED
        : book.reserve(principal.tenant(), demands).thenApply(Spending::verdict);
  }

  /// What the hard budgets in money that a call counts in have left for it, in nano-USD, as far as
  /// this node knows; null: none bounds it.
  public @Nullable Long left(Subject subject) {
    LimitSet set = catalog.of(subject.principal().tenant());
    if (set.isEmpty()) {
      return null;
    }
    Long least = null;
    for (Limit limit : set.of(subject.names())) {
      if (limit.hard() && limit.unit() == Unit.NANO_USD) {
        long left = book.left(limit);
        least = least == null ? Long.valueOf(left) : Long.valueOf(Math.min(least, left));
      }
    }
    return least;
  }

  /// Null: nobody knows.
  private static @Nullable Long amount(Limit limit, Worst worst) {
    return switch (limit.unit()) {
      case NANO_USD -> worst.nanoUsd();
      case TOKENS -> Long.valueOf(worst.tokens());
      case REQUESTS, PARALLEL -> Long.valueOf(worst.counted() ? 1 : 0);
    };
  }

  /// The limit that a key carries itself; it is kept under the key's own id.
  private static Limit ofKey(Principal principal, int perMinute) {
    return new Limit(
        principal.uuid(),
        principal.tenant(),
        principal.id(),
        new Scope(Scope.Kind.KEY, principal.name()),
        Unit.REQUESTS,
        perMinute,
        Window.Rolling.MINUTE,
        true,
        true);
  }

  private static SpendingDecision unpriced(Limit limit) {
    return new Refused(
        new GatewayException(
            GatewayError.MODEL_UNPRICED,
            "model",
            "has no price, and the budget " + limit.name() + " is hard"),
        Standing.NONE);
  }

  private static SpendingDecision verdict(Decision decision) {
    return switch (decision) {
      case Decision.Admitted(Reservation reservation, Standing standing) ->
          new Admitted(reservation, standing);
      case Decision.Refused refused -> new Refused(why(refused), refused.standing());
    };
  }

  private static GatewayException why(Decision.Refused refused) {
    Limit limit = refused.limit();
    return switch (refused.reason()) {
      case UNAVAILABLE ->
          new GatewayException(
              GatewayError.LIMITS_UNAVAILABLE,
              "Whether the call fits into the limit " + limit.name() + " cannot be told now.",
              refused.retryAfter(),
              null);
      case SPENT ->
          new GatewayException(
              rate(limit) ? GatewayError.RATE_LIMITED : GatewayError.BUDGET_SPENT,
              message(limit),
              refused.retryAfter(),
              null);
    };
  }

  private static boolean rate(Limit limit) {
    return switch (limit.unit()) {
      case NANO_USD -> false;
      case REQUESTS, PARALLEL -> true;
      case TOKENS -> limit.window().equals(Window.Rolling.MINUTE);
    };
  }

  private static String message(Limit limit) {
    if (limit.implied()) {
      return "The key's " + limit.amount() + " requests a minute are spent.";
    }
    return switch (limit.unit()) {
      case NANO_USD -> "The budget " + limit.name() + " does not hold what the call may cost.";
      case REQUESTS -> limit.amount() + " requests a minute of " + limit.name() + " are spent.";
      case PARALLEL -> limit.amount() + " parallel calls of " + limit.name() + " are running.";
      case TOKENS ->
          rate(limit)
              ? limit.amount() + " tokens a minute of " + limit.name() + " do not hold the call."
              : "The budget " + limit.name() + " does not hold the tokens that the call may take.";
    };
  }
}
