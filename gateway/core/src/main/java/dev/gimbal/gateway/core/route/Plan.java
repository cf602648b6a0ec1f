package dev.gimbal.gateway.core.route;

import dev.gimbal.gateway.api.GatewayError;
import dev.gimbal.gateway.api.GatewayException;
import dev.gimbal.gateway.core.price.Price;
import dev.gimbal.gateway.core.provider.ProviderCatalog.Target;
import dev.gimbal.gateway.core.provider.ProviderState;
import dev.gimbal.gateway.core.route.Router.Candidate;
import dev.gimbal.gateway.core.wire.ErrorAnswer;
import dev.gimbal.gateway.provider.api.UpstreamRequest.Endpoint;
import dev.gimbal.gateway.routing.Credentials;
import dev.gimbal.gateway.routing.Escalation;
import dev.gimbal.gateway.routing.Failure;
import dev.gimbal.gateway.routing.FairQueue;
import dev.gimbal.gateway.routing.Health;
import dev.gimbal.gateway.routing.Retries;
import dev.gimbal.gateway.routing.RouteDeclaration;
import dev.gimbal.gateway.routing.TimeLimits;
import dev.gimbal.platform.ids.TenantId;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Who is asked for one call, one after the other. For the call's event loop alone.
///
/// A target is asked when four things hold at once: its breaker lets the call through, the
/// provider has a place among its parallel calls, one of its credentials has room, and the
/// provider is still there. What was taken before one of them failed is given back before the
/// next target is looked at. A call waits for a place only if no target has one free. A call that
/// names a provider's model itself has nobody else to be asked: neither a breaker nor a credential
/// that rests holds it up.
public final class Plan {
  private static final CompletionStage<Void> NOTHING = CompletableFuture.completedStage(null);

  private final Router router;
  private final RouteCall call;
  private final @Nullable RouteDeclaration route;
  private List<Candidate> candidates;
  private final List<String> models;
  private final List<Target> targets;
  private final Context context;
  private final Set<Candidate> tried = new HashSet<>();
  private final Refusals refusals = new Refusals();
  private @Nullable Candidate again;
  private @Nullable Waiting waiting;
  private @Nullable Binding binding;
  private int asked;
  private int attempts;

  Plan(
      Router router, RouteCall call, @Nullable RouteDeclaration route, List<Candidate> candidates) {
    this.router = router;
    this.call = call;
    this.route = route;
    this.candidates = candidates;
    this.models = each(candidates, Candidate::model);
    this.targets = each(candidates, Candidate::target);
    this.context = router.parts().vertx().getOrCreateContext();
  }

  private static <T> List<T> each(List<Candidate> candidates, Function<Candidate, T> of) {
    return candidates.size() == 1
        ? List.of(of.apply(candidates.getFirst()))
        : candidates.stream().map(of).toList();
  }

  /// What came of asking for the next target.
  public sealed interface Step {
    /// Ask it.
    record Go(Attempt attempt) implements Step {}

    /// Nobody can be asked.
    record Refused(GatewayException why) implements Step {}
  }

  /// What to do after a failure.
  public sealed interface After {
    /// Call [Plan#next] once the delay is over.
    record Again(Duration delay) implements After {}

    /// Tell the caller.
    ///
    /// @param retryAfter when it may try again; null: nobody knows
    record GiveUp(@Nullable Duration retryAfter) implements After {}
  }

  /// The route's name; null if the call names a provider's model itself.
  public @Nullable String route() {
    return route == null ? null : route.name();
  }

  /// How long the route's calls may take; null: as long as every other call.
  public @Nullable TimeLimits timeLimits() {
    return route == null ? null : route.timeLimits();
  }

  /// `provider/model` of each that may be asked, in order.
  public List<String> models() {
    return models;
  }

  /// The same, as targets.
  public List<Target> targets() {
    return targets;
  }

  long now() {
    return router.parts().nanos().getAsLong();
  }

  long millis() {
    return router.parts().clock().millis();
  }

  /// The next target, complete at once unless every place is taken; then it waits its turn, at most
  /// until the deadline, and completes on the call's context. Not again before it has completed.
  ///
  /// @param deadlineNanos on the scale of [System#nanoTime]
  public CompletionStage<Step> next(long deadlineNanos) {
    refusals.clear();
    Step step = first(false);
    if (step == null && refusals.waitable() == null && refusals.broken()) {
      step = first(true);
    }
    return step == null ? await(deadlineNanos) : CompletableFuture.completedFuture(step);
  }

  /// @param despite whether one whose breaker is open will do
  private @Nullable Step first(boolean despite) {
    for (Candidate candidate : left()) {
      Step step = despite && candidate.health().available() ? null : step(candidate, despite);
      if (step != null) {
        return step;
      }
    }
    return null;
  }

  private List<Candidate> left() {
    Candidate same = again;
    if (same != null) {
      return List.of(same);
    }
    if (tried.isEmpty() && pinned() == null) {
      return candidates;
    }
    return candidates.stream().filter(c -> !tried.contains(c) && pinnable(c)).toList();
  }

  private boolean pinnable(Candidate candidate) {
    Pins.Pin to = pinned();
    return to == null || candidate.model().startsWith(to.provider() + "/");
  }

  /// Asks a candidate now, without waiting; null if it cannot be asked.
  private @Nullable Step step(Candidate candidate, boolean despite) {
    FairQueue<TenantId> queue = candidate.target().entry().state().queue();
    if (queue == null) {
      return begin(candidate, () -> {}, despite);
    }
    if (!queue.tryEnter()) {
      refusals.full(candidate);
      return null;
    }
    return begin(candidate, slot(queue), despite);
  }

  private Runnable slot(FairQueue<TenantId> queue) {
    long since = now();
    return () -> queue.leave(since);
  }

  /// With a place in hand, which is given back if the candidate cannot be asked.
  private @Nullable Step begin(Candidate candidate, Runnable slot, boolean despite) {
    if (!candidate.target().entry().enter()) {
      slot.run();
      Candidate changed = changed(candidate);
      if (changed != null) {
        return step(changed, despite);
      }
      refusals.gone();
      return null;
    }
    Health health = candidate.health();
    boolean insisting = route == null;
    long permit = health.began();
    if (permit == Health.REFUSED && insisting) {
      permit = health.insisted();
    } else if (permit == Health.REFUSED && despite) {
      permit = health.despite(router.parts().random().nextDouble());
    }
    if (permit == Health.REFUSED && !insisting) {
      refusals.broken(health.restsFor());
      candidate.target().entry().leave();
      slot.run();
      return null;
    }
    ProviderState state = candidate.target().entry().state();
    Pins.Pin to = pinned();
    Credentials.Pick pick =
        state
            .credentials()
            .take(
                candidate.target().model(),
                Router.promptTokens(call) + Router.outputTokens(call),
                to == null ? null : to.credential(),
                insisting);
    if (pick instanceof Credentials.Lease lease) {
      return go(candidate, new Attempt.Held(lease, permit, slot));
    }
    candidate.target().entry().leave();
    health.cancelled(permit);
    slot.run();
    switch (pick) {
      case Credentials.Busy busy -> refusals.limited(busy.retryAfter());
      default -> refusals.unpinned();
    }
    return null;
  }

  /// The candidate with its provider as it is declared now, if it was changed since the plan was
  /// made; null if there is no other.
  private @Nullable Candidate changed(Candidate before) {
    Candidate now = router.anew(call, before);
    if (now == null || now.equals(before)) {
      return null;
    }
    candidates = candidates.stream().map(each -> each.equals(before) ? now : each).toList();
    return now;
  }

  private Step go(Candidate candidate, Attempt.Held held) {
    if (again == null) {
      asked = 0;
      candidate.target().entry().state().model(candidate.target().model()).budget().deposit();
    }
    again = candidate;
    asked++;
    boolean judged = route != null && route.escalation() != null && more(candidate);
    return new Step.Go(new Attempt(this, candidate, held, ++attempts, judged));
  }

  private boolean more(Candidate than) {
    return candidates.stream().anyMatch(c -> !c.equals(than) && !tried.contains(c) && pinnable(c));
  }

  /// Whether another one is left that is not known to be broken.
  private boolean helpful(Candidate than) {
    return candidates.stream()
        .anyMatch(
            c -> !c.equals(than) && !tried.contains(c) && pinnable(c) && c.health().available());
  }

  private CompletionStage<Step> await(long deadlineNanos) {
    Candidate candidate = refusals.waitable();
    long left = deadlineNanos - now();
    if (candidate == null || left <= 0) {
      return CompletableFuture.completedFuture(new Step.Refused(refusals.why(pinnedBy())));
    }
    FairQueue<TenantId> queue = candidate.target().entry().state().queue();
    if (queue == null) {
      return next(deadlineNanos);
    }
    Waiting turn = new Waiting(candidate, queue, deadlineNanos);
    FairQueue.Entry entry = queue.enter(call.principal().tenant(), 1, turn::granted);
    return switch (entry) {
      case FairQueue.Entry.Entered entered -> {
        Step step = begin(candidate, slot(queue), false);
        yield CompletableFuture.completedFuture(
            step == null ? new Step.Refused(refusals.why(pinnedBy())) : step);
      }
      case FairQueue.Entry.Full full ->
          CompletableFuture.completedFuture(new Step.Refused(Refusals.full(full)));
      case FairQueue<?>.Waiter waiter -> {
        turn.waits(waiter, Duration.ofNanos(left));
        waiting = turn;
        yield turn.step;
      }
    };
  }

  /// A call that waits for a place.
  private final class Waiting {
    private final Candidate candidate;
    private final FairQueue<TenantId> queue;
    private final long deadlineNanos;
    private final CompletableFuture<Step> step = new CompletableFuture<>();
    private FairQueue<?>.@Nullable Waiter waiter;
    private long timer = -1;

    Waiting(Candidate candidate, FairQueue<TenantId> queue, long deadlineNanos) {
      this.candidate = candidate;
      this.queue = queue;
      this.deadlineNanos = deadlineNanos;
    }

    void waits(FairQueue<?>.Waiter entry, Duration left) {
      waiter = entry;
      timer =
          router.parts().vertx().setTimer(Math.max(1, left.toMillis()), id -> refuse("in time"));
    }

    /// On the thread of whoever left: the place is ours from here on.
    void granted() {
      context.runOnContext(v -> take());
    }

    private void take() {
      if (step.isDone()) {
        // The call was ended between the grant and now.
        queue.leave(now());
        return;
      }
      done();
      Step begun = begin(candidate, slot(queue), false);
      if (begun != null) {
        hand(begun);
        return;
      }
      // It became impossible while we waited; the others may still be asked.
      tried.add(candidate);
      again = null;
      next(deadlineNanos).whenComplete((other, failure) -> hand(other));
    }

    /// To whoever waits, or back where it came from.
    private void hand(Step begun) {
      if (!step.complete(begun) && begun instanceof Step.Go(Attempt attempt)) {
        attempt.cancelled();
      }
    }

    void refuse(String what) {
      FairQueue<?>.Waiter entry = waiter;
      if (!step.isDone() && entry != null) {
        // Granted already: `take` is on its way and finds the step done.
        entry.cancel();
        done();
        step.complete(
            new Step.Refused(
                new GatewayException(
                    GatewayError.UPSTREAM_BUSY,
                    "No place among the provider's parallel calls came free " + what + ".",
                    Duration.ofSeconds(1),
                    null)));
      }
    }

    private void done() {
      router.parts().vertx().cancelTimer(timer);
      waiting = null;
    }
  }

  /// The caller left: a call that waits for a place waits no longer. Idempotent.
  public void cancel() {
    Waiting turn = waiting;
    if (turn != null) {
      turn.refuse("before the caller left");
    }
  }

  /// What to do now that an attempt failed; [Attempt#failed] has been told.
  ///
  /// @param begun whether the caller has had a byte of the answer
  public After after(Attempt attempt, Failure failure, boolean begun, long deadlineNanos) {
    Candidate candidate = again;
    if (candidate == null) {
      return new After.GiveUp(null);
    }
    ProviderState state = candidate.target().entry().state();
    ProviderState.Served served = state.model(candidate.target().model());
    boolean otherCredential =
        pinned() == null
            && asked < candidate.target().entry().credentials() + most()
            && state
                .credentials()
                .others(
                    attempt.credential(),
                    candidate.target().model(),
                    Router.promptTokens(call) + Router.outputTokens(call));
    Retries.Failed failed =
        new Retries.Failed(
            asked,
            failure,
            begun,
            Duration.ofNanos(Math.max(0, deadlineNanos - now())),
            new Retries.Others(otherCredential, helpful(candidate)),
            most());
    return switch (router.retries().after(failed, served.budget())) {
      case Retries.Decision.Same same -> new After.Again(same.delay());
      case Retries.Decision.Next next -> {
        tried.add(candidate);
        again = null;
        yield new After.Again(Duration.ZERO);
      }
      case Retries.Decision.GiveUp giveUp -> new After.GiveUp(giveUp.retryAfter());
    };
  }

  /// A plain model is asked once: who wants it asked again declares a route.
  private int most() {
    return route == null ? 0 : route.retries();
  }

  /// Whether the call could be sent to more than one credential.
  private boolean choosy() {
    return candidates.size() > 1 || candidates.getFirst().target().entry().credentials() > 1;
  }

  /// Looks for what in the call only the credential that made it can use, and if it is known asks
  /// no other from here on. To be called before [#next]. Complete at once where there is no choice,
  /// nothing of the kind, or this process knows it; otherwise the database is asked, on another
  /// thread. What nobody knows binds nobody.
  ///
  /// @return fails with [GatewayError#FIELD_INVALID] if two credentials made what the call carries,
  ///     or one that it does not ask; [GatewayError#UPSTREAM_BUSY] if the database does not say
  public CompletionStage<Void> pin() {
    if (!choosy()) {
      return NOTHING;
    }
    Binding to = new Binding(router.parts().extras().pins(), call, route != null, models);
    binding = to;
    return to.find();
  }

  /// The field that binds the call to one credential; null: none does.
  public @Nullable String pinnedBy() {
    Binding to = binding;
    return to == null ? null : to.field();
  }

  private Pins.@Nullable Pin pinned() {
    Binding to = binding;
    return to == null ? null : to.pin();
  }

  /// An error of the only one that may be asked says so.
  public ErrorAnswer told(ErrorAnswer error) {
    String field = pinnedBy();
    boolean theirs = error.status() >= 500 || error.status() == 429;
    if (field == null || !theirs) {
      return error;
    }
    String message = "The provider failed." + Refusals.bound(field);
    Buffer body = ErrorAnswer.of(error.kind(), message).body();
    return new ErrorAnswer(error.status(), error.kind(), body, error.retryAfter());
  }

  /// What hears the answer of an attempt for what only its credential can use again; null where
  /// nobody else would be asked for that anyway.
  public @Nullable Learning learning(Attempt attempt) {
    boolean responses =
        call.endpoint() == Endpoint.RESPONSES
            && attempt.provider().speaks(Endpoint.RESPONSES).orElse(null) == Endpoint.RESPONSES;
    boolean elsewhere = choosy() || (responses && router.routes(call.principal().tenant()));
    return elsewhere && call.endpoint().writes()
        ? router.learning(
            call.principal().tenant(), attempt.providerName(), attempt.credential(), responses)
        : null;
  }

  /// Whether an answer that was held ([Attempt#judged]) is good enough. Completes on the call's
  /// context, at once unless a model is asked or the answer is large.
  ///
  /// @param answer whole, in the caller's dialect
  /// @param events whether it is a stream of events
  public CompletionStage<Verdict> judge(Attempt attempt, Buffer answer, boolean events) {
    Escalation escalation = route == null ? null : route.escalation();
    Candidate candidate = again;
    if (escalation == null || candidate == null || !attempt.judged()) {
      return CompletableFuture.completedFuture(new Verdict.Kept());
    }
    CompletableFuture<Verdict> decided = new CompletableFuture<>();
    router
        .parts()
        .extras()
        .judges()
        .judge(escalation, call, answer, events)
        .whenComplete((verdict, failure) -> onContext(() -> judged(verdict, candidate, decided)));
    return decided;
  }

  private void onContext(Runnable action) {
    if (Objects.equals(Vertx.currentContext(), context)) {
      action.run();
    } else {
      context.runOnContext(v -> action.run());
    }
  }

  /// A check that broke down says nothing good: the call goes up.
  private void judged(
      @Nullable Verdict verdict, Candidate candidate, CompletableFuture<Verdict> decided) {
    Verdict safe = verdict == null ? new Verdict.Up("the check failed") : verdict;
    if (safe instanceof Verdict.Up) {
      tried.add(candidate);
      again = null;
    }
    decided.complete(safe);
  }

  /// What an answer of a route with escalation came to: once for each answer, those that were sent
  /// up too. Records what the small model saved.
  ///
  /// @param kept whether the caller has it
  /// @return what it saved: below zero what an answer cost that was sent up; null: nothing that is
  ///     known
  public @Nullable Long settled(Attempt attempt, boolean kept, Spent spent) {
    if (route == null || route.escalation() == null) {
      return null;
    }
    Savings savings = router.parts().extras().savings();
    TenantId tenant = call.principal().tenant();
    if (!kept) {
      Long lost = spent.costNanoUsd;
      savings.escalated(tenant, route.name(), lost == null ? 0 : lost);
      return lost == null ? null : Long.valueOf(-lost);
    }
    if (!attempt.judged()) {
      return null;
    }
    Long saved = saved(spent);
    savings.kept(tenant, route.name(), saved == null ? 0 : saved);
    return saved;
  }

  /// What a call used.
  ///
  /// @param costNanoUsd null: nobody knows
  public record Spent(
      @Nullable Long inputTokens,
      @Nullable Long cachedTokens,
      @Nullable Long outputTokens,
      @Nullable Long costNanoUsd) {}

  /// What the last target would have cost for as many tokens, less what was paid.
  private @Nullable Long saved(Spent spent) {
    Price price =
        router
            .parts()
            .prices()
            .find(
                call.principal().tenant(),
                candidates.getLast().model(),
                router.parts().clock().instant());
    if (price == null
        || spent.costNanoUsd == null
        || spent.inputTokens == null
        || spent.outputTokens == null) {
      return null;
    }
    return price.cost(spent.inputTokens, spent.cachedTokens, spent.outputTokens)
        - spent.costNanoUsd;
  }
}
