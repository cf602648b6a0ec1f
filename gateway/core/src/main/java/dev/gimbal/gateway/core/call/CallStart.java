package dev.gimbal.gateway.core.call;

import dev.gimbal.access.api.Rights;
import dev.gimbal.gateway.api.GatewayError;
import dev.gimbal.gateway.api.GatewayException;
import dev.gimbal.gateway.core.budget.SpendingDecision;
import dev.gimbal.gateway.core.budget.Subject;
import dev.gimbal.gateway.core.guard.CallGuard;
import dev.gimbal.gateway.core.guard.GuardedBody;
import dev.gimbal.gateway.core.guard.GuardedCall;
import dev.gimbal.gateway.core.provider.ProviderCatalog.Target;
import dev.gimbal.gateway.core.route.Plan;
import dev.gimbal.gateway.core.route.RouteCall;
import dev.gimbal.gateway.core.wire.CallFields;
import dev.gimbal.gateway.core.wire.CallScan;
import dev.gimbal.platform.errors.GimbalException;
import dev.gimbal.platform.http.HttpError;
import dev.gimbal.platform.http.HttpException;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// What stands between a call and its first target, in this order: the right, the candidates, its
/// place among the requests, the guards of the prompt, the money. On the call's loop; a step that
/// waits (a lease, a slow guard) goes on there later.
final class CallStart {
  private final Pipeline pipeline;
  private final Next next;
  private final Answer answer;
  private final Spend spend;
  private final CallGuard guard;
  private CallTicket ticket;
  private @Nullable Plan plan;

  /// Hears how it went, once.
  interface Next {
    void refused(GimbalException why);

    /// The call may be opened and sent.
    ///
    /// @param ready with the body as guards left it
    void ready(CallTicket ready, Plan plan);

    /// Whether the caller has left meanwhile.
    boolean left();
  }

  CallStart(Pipeline pipeline, CallTicket ticket, Answer answer, Spend spend, Next next) {
    this.pipeline = pipeline;
    this.ticket = ticket;
    this.answer = answer;
    this.spend = spend;
    this.next = next;
    this.guard =
        pipeline
            .guards()
            .apply(
                new GuardedCall(
                    ticket.id(),
                    ticket.principal(),
                    ticket.fields().model(),
                    null,
                    work -> ticket.context().runOnContext(v -> work.run())));
  }

  /// The guards of this call.
  CallGuard guard() {
    return guard;
  }

  void begin() {
    Plan found;
    try {
      if (!ticket.principal().may(Rights.MODELS_CALL)) {
        throw new HttpException(
            HttpError.RIGHT_MISSING, "The role lacks the right " + Rights.MODELS_CALL + ".");
      }
      found = pipeline.router().plan(routed());
      fit(found.targets());
    } catch (GimbalException e) {
      next.refused(e);
      return;
    }
    plan = found;
    await(found.pin(), nothing -> await(spend.enter(subject(found)), this::entered));
  }

  private RouteCall routed() {
    return new RouteCall(
        ticket.principal(),
        ticket.id(),
        ticket.origin().owner(),
        ticket.origin().tags(),
        ticket.endpoint(),
        ticket.fields(),
        ticket.body(),
        null);
  }

  private void fit(List<Target> targets) {
    if (targets.stream().noneMatch(target -> Admission.fits(ticket, target))) {
      throw new GatewayException(
          GatewayError.MODEL_MISMATCHED, "model", "does not do what this path asks for");
    }
  }

  private Subject subject(Plan found) {
    return new Subject(ticket.principal(), ticket.origin().owner(), null, found.route());
  }

  private void entered(SpendingDecision verdict) {
    answer.limits(verdict.standing());
    switch (verdict) {
      case SpendingDecision.Refused refused -> next.refused(refused.why());
      case SpendingDecision.Admitted admitted -> {
        spend.entered(admitted.reservation());
        await(guard.prompt(ticket.body()), this::guarded);
      }
    }
  }

  private void guarded(GuardedBody judged) {
    switch (judged) {
      case GuardedBody.Refused(GatewayException why) -> next.refused(why);
      case GuardedBody.Passed(Buffer body, boolean changed) -> {
        if (changed) {
          ticket = ticket.with(body, again(body));
        }
        hold();
      }
    }
  }

  /// Where the fields stand in a body that guards have changed.
  private CallFields again(Buffer body) {
    CallScan scan = ticket.fields().scan();
    scan.feed(body.getBytes(), 0, body.length());
    return scan.finish();
  }

  private void hold() {
    Plan found = Objects.requireNonNull(plan, "the call was planned");
    await(
        spend.hold(subject(found), found.models(), ticket),
        verdict -> {
          switch (verdict) {
            case SpendingDecision.Refused refused -> next.refused(refused.why());
            case SpendingDecision.Admitted admitted -> {
              spend.held(admitted.reservation());
              next.ready(ticket, found);
            }
          }
        });
  }

  private <T> void await(CompletionStage<T> stage, Consumer<T> then) {
    Stages.onLoop(
        ticket.context(),
        stage,
        (value, failure) -> {
          if (next.left()) {
            next.refused(new GatewayException(GatewayError.CALL_CANCELLED, "The caller left."));
          } else if (failure != null) {
            next.refused(Stages.known(failure));
          } else {
            then.accept(value);
          }
        });
  }
}
