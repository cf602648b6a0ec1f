package dev.gimbal.gateway.core.call;

import dev.gimbal.gateway.core.budget.Spending;
import dev.gimbal.gateway.core.budget.SpendingDecision;
import dev.gimbal.gateway.core.budget.Subject;
import dev.gimbal.gateway.core.budget.Worst;
import dev.gimbal.gateway.core.call.CallRecord.Tokens;
import dev.gimbal.gateway.core.price.Price;
import dev.gimbal.gateway.core.price.Prices;
import dev.gimbal.gateway.limits.Reservation;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// What one call holds of its limits: first its place among the requests, then the most that its
/// targets may cost. A stream that outgrows what was held for it holds more, or is cut. On the
/// call's loop, but for [#settle].
final class Spend {
  /// What is assumed of an answer whose call declares no limit.
  private static final long UNDECLARED = 4_096;

  /// By so much an answer that outgrows what was held is allowed on, in tokens.
  private static final long STEP = 1_024;

  private final Spending spending;
  private final Prices prices;
  private final CallTicket ticket;
  private Reservation place = Reservation.FREE;
  private Reservation money = Reservation.FREE;
  private @Nullable Price dearest;
  private @Nullable Long worst;
  private long heldOutput;
  private long heldNanoUsd;
  private long heldTokens;
  private boolean raising;

  Spend(Spending spending, Prices prices, CallTicket ticket) {
    this.spending = spending;
    this.prices = prices;
    this.ticket = ticket;
  }

  /// Takes its place among the requests a minute and the parallel calls.
  CompletionStage<SpendingDecision> enter(Subject subject) {
    return spending.reserve(subject, new Worst(0L, 0, ticket.origin().outside()));
  }

  void entered(Reservation held) {
    place = held;
  }

  /// Holds the most that the dearest of these models may cost.
  ///
  /// @param body as it will be sent
  CompletionStage<SpendingDecision> hold(Subject subject, List<String> models, CallTicket body) {
    heldOutput = output(body);
    worst = worst(models, body);
    heldNanoUsd = worst == null ? 0 : worst;
    heldTokens = body.body().length() + heldOutput;
    return spending.reserve(subject, new Worst(worst, heldTokens, false));
  }

  /// What is held at most; null: one of the models has no price.
  @Nullable Long worst() {
    return worst;
  }

  private static long output(CallTicket call) {
    Long declared = call.fields().maxTokens();
    return call.endpoint().writes()
        ? (declared == null ? UNDECLARED : declared) * call.fields().answers()
        : 0;
  }

  private @Nullable Long worst(List<String> models, CallTicket call) {
    Long most = null;
    for (String model : models) {
      Price price = prices.find(call.principal().tenant(), model, call.at());
      if (price == null) {
        dearest = null;
        return null;
      }
      long cost = price.most(call.body().length(), call.fields(), call.endpoint().writes());
      if (most == null || cost > most) {
        most = cost;
        dearest = price;
      }
    }
    return most;
  }

  void held(Reservation held) {
    money = held;
  }

  /// Holds what one more dispatch of the call may cost beside what those before it used: a repair
  /// of an answer, a larger model.
  ///
  /// @param bytes of what will be sent
  /// @param used by all before it; what is unknown of it counts as nothing
  /// @return false: it is spent
  CompletionStage<Boolean> again(int bytes, Tokens used) {
    Price price = dearest;
    Long money = used.costNanoUsd();
    Long tokens = Accounting.sum(used);
    long most = price == null ? 0 : price.most(bytes, ticket.fields(), writes());
    long moreMoney = Math.max(0, (money == null ? 0 : money) + most - heldNanoUsd);
    long moreTokens =
        Math.max(0, (tokens == null ? 0 : tokens) + bytes + output(ticket) - heldTokens);
    if (moreMoney == 0 && moreTokens == 0) {
      return CompletableFuture.completedStage(true);
    }
    heldNanoUsd += moreMoney;
    heldTokens += moreTokens;
    return this.money.raise(moreMoney, moreTokens);
  }

  private boolean writes() {
    return ticket.endpoint().writes();
  }

  /// Looks whether a stream has outgrown what is held for it, and if so holds more. Where the
  /// caller declared a limit, the upstream keeps it.
  ///
  /// @param saidBytes so far; no token is shorter than a byte
  /// @param raised hears whether more could be had
  void heard(long saidBytes, Consumer<CompletionStage<Boolean>> raised) {
    boolean bounded = ticket.fields().maxTokens() != null || !ticket.fields().stream();
    if (bounded || money.equals(Reservation.FREE) || raising || saidBytes <= heldOutput) {
      return;
    }
    raising = true;
    long more = Math.max(STEP, saidBytes - heldOutput + STEP / 2);
    heldOutput += more;
    Price price = dearest;
    raised.accept(money.raise(price == null ? 0 : price.cost(0, null, more), more));
  }

  /// More could be held, or not.
  void raised() {
    raising = false;
  }

  /// The call ended and used this; nothing of it where it never reached a target.
  ///
  /// @param dispatched whether a target was asked
  /// @param mayHaveUsed whether a target that said nothing of it may have worked all the same: then
  ///     what was held counts
  void settle(Tokens tokens, boolean dispatched, boolean mayHaveUsed) {
    place.settle(0L, 0L);
    if (!dispatched) {
      money.settle(0L, 0L);
      return;
    }
    Long used = Accounting.sum(tokens);
    if (used == null && !mayHaveUsed) {
      money.settle(0L, 0L);
    } else {
      money.settle(tokens.costNanoUsd(), used);
    }
  }
}
