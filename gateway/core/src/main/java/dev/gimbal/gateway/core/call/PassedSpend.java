package dev.gimbal.gateway.core.call;

import dev.gimbal.gateway.core.budget.SpendingDecision;
import dev.gimbal.gateway.core.budget.Worst;
import dev.gimbal.gateway.core.call.CallRecord.Tokens;
import dev.gimbal.gateway.core.price.Price;
import dev.gimbal.gateway.core.wire.MeterScan;
import dev.gimbal.gateway.limits.Reservation;
import dev.gimbal.gateway.provider.api.UpstreamRequest.Endpoint;
import dev.gimbal.observability.api.CallSettled.Outcome;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/// What a call whose bytes pass holds of its limits: its place among the requests and the most that
/// the dearest of its targets may cost; and what it came to. On the call's loop.
final class PassedSpend {
  private final Pipeline pipeline;
  private final CallTicket ticket;
  private final Map<String, PassedCost> costs = new HashMap<>();
  private Reservation place = Reservation.FREE;
  private @Nullable Long most;

  PassedSpend(Pipeline pipeline, CallTicket ticket) {
    this.pipeline = pipeline;
    this.ticket = ticket;
  }

  /// Takes its place and holds its money. A hard budget in money refuses what has no price, as it
  /// does any other call.
  ///
  /// @param models `provider/model` of each that may be asked
  /// @param length of the whole body; negative: unknown
  CompletionStage<SpendingDecision> hold(@Nullable String route, List<String> models, long length) {
    long tokens = 0;
    Long dearest = 0L;
    for (String model : models) {
      PassedCost cost = new PassedCost(ticket, price(model), length);
      costs.put(model, cost);
      Long worst = cost.most();
      dearest = dearest == null || worst == null ? null : Long.valueOf(Math.max(dearest, worst));
      tokens = Math.max(tokens, cost.mostTokens());
    }
    most = dearest;
    return pipeline
        .spending()
        .reserve(ticket.subject(route), new Worst(dearest, tokens, ticket.origin().outside()));
  }

  private @Nullable Price price(String model) {
    return ticket.endpoint() == Endpoint.FILES
        ? null
        : pipeline.prices().find(ticket.principal().tenant(), model, ticket.at());
  }

  void held(Reservation held) {
    place = held;
  }

  /// What is held at most; null: one of the models has no price.
  @Nullable Long most() {
    return most;
  }

  /// What the vendor counted; nobody guesses how many tokens a picture has.
  ///
  /// @param model that was asked; null: none
  /// @param heard what it answered; null: nothing
  Tokens used(@Nullable String model, @Nullable PassedAnswer heard) {
    PassedCost cost = model == null ? null : costs.get(model);
    if (heard == null || cost == null) {
      return Tokens.NONE;
    }
    MeterScan scan = heard.scan();
    boolean succeeded = heard.status() >= 200 && heard.status() <= 299;
    Long spent = succeeded ? cost.cost(scan) : null;
    return new Tokens(scan.inputTokens(), null, scan.outputTokens(), false, spent);
  }

  /// The call ended and used this. Where nobody knows its cost, what was held counts, unless it
  /// failed.
  void settle(Tokens used, Outcome outcome) {
    Long tokens = Accounting.sum(used);
    boolean nothing = used.costNanoUsd() == null && outcome == Outcome.FAILED;
    place.settle(
        nothing ? Long.valueOf(0) : used.costNanoUsd(), tokens == null ? Long.valueOf(0) : tokens);
  }

  /// The call was not sent.
  void cancel() {
    place.cancel();
  }
}
