package dev.gimbal.gateway.core.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gimbal.gateway.api.GatewayError;
import dev.gimbal.gateway.api.GatewayException;
import dev.gimbal.gateway.api.Model;
import dev.gimbal.gateway.core.price.Price;
import dev.gimbal.gateway.core.provider.OwnedProvider;
import dev.gimbal.gateway.core.provider.OwnedProvider.Bounded;
import dev.gimbal.gateway.core.provider.ProviderCatalog;
import dev.gimbal.gateway.core.provider.ProviderState;
import dev.gimbal.gateway.core.wire.NeedsScan;
import dev.gimbal.gateway.provider.api.Provider;
import dev.gimbal.gateway.provider.api.UpstreamCall;
import dev.gimbal.gateway.provider.api.UpstreamListener;
import dev.gimbal.gateway.provider.api.UpstreamRequest;
import dev.gimbal.gateway.routing.Credentials.Limits;
import dev.gimbal.gateway.routing.Escalation;
import dev.gimbal.gateway.routing.Failure;
import dev.gimbal.gateway.routing.Policy;
import dev.gimbal.gateway.routing.RouteDeclaration;
import dev.gimbal.gateway.routing.RouteTarget;
import dev.gimbal.platform.ids.TenantId;
import dev.gimbal.platform.time.FakeClock;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

/// What a plan promises, in a time that the tests move.
class RouterTest {
  private static final TenantId TENANT = TenantId.FIRST;
  private static final long MINUTE = Duration.ofMinutes(1).toNanos();

  private final Vertx vertx = Vertx.vertx();
  private final Context loop = vertx.getOrCreateContext();
  private final AtomicLong now = new AtomicLong();
  private final FakeClock clock = new FakeClock(Instant.parse("2026-11-22T10:00:00Z"));
  private final ProviderCatalog catalog = new ProviderCatalog(Map.of());
  private final Savings savings = new Savings(clock);
  private final Router router =
      new Router(
          new Router.Parts(
              catalog,
              (tenant, model, at) ->
                  model.startsWith("big/") ? new Price(10_000_000, 10_000_000, null) : null,
              clock,
              vertx,
              now::get,
              new Random(1),
              new Router.Extras(new Pins(clock), savings, Judges.pure())));

  @AfterEach
  void close() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  private record Vendor(String name) implements Provider {
    @Override
    public List<Model> models() {
      return List.of();
    }

    @Override
    public UpstreamCall start(UpstreamRequest request, UpstreamListener listener) {
      throw new UnsupportedOperationException("nothing is sent here");
    }

    @Override
    public void close() {}
  }

  private static Bounded vendor(String name) {
    return vendor(name, null, 0, Limits.none("default"));
  }

  private static Bounded vendor(
      String name, @Nullable Integer parallel, int waiting, Limits... credentials) {
    return new Bounded(new Vendor(name), List.of(credentials), parallel, waiting);
  }

  private void vendors(Bounded... vendors) {
    OwnedProvider.swapIn(catalog, TENANT, List.of(vendors), now::get);
  }

  private void route(@Nullable Escalation escalation, String... models) {
    List<RouteTarget> targets = List.of(models).stream().map(RouteTarget::of).toList();
    RouteDeclaration route =
        new RouteDeclaration("r", targets, Policy.ORDERED, null, escalation, 2);
    catalog.swapRoutes(Map.of(TENANT, Map.of("r", route)));
  }

  private Plan plan(String model) {
    return router.plan(RouteCalls.of(TENANT, model, "{}"));
  }

  private static <T> T done(CompletionStage<T> stage) {
    try {
      return stage.toCompletableFuture().get(10, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private long deadline() {
    return now.get() + MINUTE;
  }

  private Attempt go(Plan plan) {
    Plan.Step step = done(plan.next(deadline()));
    assertThat(step).isInstanceOf(Plan.Step.Go.class);
    return ((Plan.Step.Go) step).attempt();
  }

  private GatewayException refused(Plan plan) {
    Plan.Step step = done(plan.next(deadline()));
    assertThat(step).isInstanceOf(Plan.Step.Refused.class);
    return ((Plan.Step.Refused) step).why();
  }

  private Plan.After fail(Plan plan, Attempt attempt, Failure failure) {
    attempt.failed(failure);
    return plan.after(attempt, failure, false, deadline());
  }

  private static Plan.After again() {
    return new Plan.After.Again(Duration.ZERO);
  }

  private ProviderState state(String provider) {
    return catalog.provider(TENANT, provider).orElseThrow().state();
  }

  @Test
  void shouldAskTheNextTargetWhenOneFailsBeforeTheFirstByteAndNeverAfter() {
    vendors(vendor("a"), vendor("b"));
    route(null, "a/m", "b/m");
    Plan plan = plan("r");
    assertThat(plan.route()).isEqualTo("r");
    assertThat(plan.models()).containsExactly("a/m", "b/m");

    Attempt first = go(plan);
    assertThat(first.model()).isEqualTo("a/m");
    assertThat(fail(plan, first, Failure.status(503, null))).isEqualTo(again());
    Attempt second = go(plan);
    assertThat(second.model()).isEqualTo("b/m");
    second.failed(Failure.brokeOff());
    assertThat(plan.after(second, Failure.brokeOff(), true, deadline()))
        .isEqualTo(new Plan.After.GiveUp(null));
  }

  @Test
  void shouldAskAProviderAsItIsNowThoughItWasChangedSinceThePlanWasMade() {
    vendors(vendor("a"), vendor("b"));
    route(null, "a/m", "b/m");
    Plan routed = plan("r");
    Plan plain = plan("a/m");
    vendors(vendor("a", 1, 0, Limits.none("default")), vendor("b"));

    Attempt first = go(routed);
    assertThat(first.model()).isEqualTo("a/m");
    assertThat(first.target().entry()).isSameAs(catalog.provider(TENANT, "a").orElseThrow());
    assertThat(fail(routed, first, Failure.status(503, null))).isEqualTo(again());
    assertThat(go(routed).model()).isEqualTo("b/m");
    go(plain).succeeded(1L);

    Plan late = plan("a/m");
    vendors(vendor("b"));
    assertThat(refused(late).errorCode()).isEqualTo(GatewayError.UPSTREAM_BUSY);
  }

  @Test
  void shouldAskTheLastTargetAgainAfterAPauseAndAPlainModelOnce() {
    vendors(vendor("a"));
    route(null, "a/m");
    Plan plan = plan("r");
    Attempt attempt = go(plan);
    for (int again = 0; again < 2; again++) {
      assertThat(fail(plan, attempt, Failure.connect())).isInstanceOf(Plan.After.Again.class);
      attempt = go(plan);
      assertThat(attempt.number()).isEqualTo(again + 2);
    }
    assertThat(fail(plan, attempt, Failure.connect())).isInstanceOf(Plan.After.GiveUp.class);

    Plan plain = plan("a/m");
    assertThat(fail(plain, go(plain), Failure.connect())).isInstanceOf(Plan.After.GiveUp.class);
  }

  @Test
  void shouldGoAroundABrokenTargetAndRefuseWhenAllAreBroken() {
    vendors(vendor("a"), vendor("b"));
    route(null, "a/m", "b/m");
    breakDown("a/m");
    assertThat(go(plan("r")).model()).isEqualTo("b/m");

    breakDown("b/m");
    GatewayException why = refused(plan("r"));
    assertThat(why.errorCode()).isEqualTo(GatewayError.UPSTREAM_BUSY);
    assertThat(why.retryAfter()).hasValue(Duration.ofSeconds(5));

    now.addAndGet(Duration.ofSeconds(5).toNanos());
    assertThat(go(plan("r")).model()).isEqualTo("a/m");
  }

  @Test
  void shouldGoOnAskingTheOnlyTargetWhileMostOfItsAnswersAreGood() {
    vendors(vendor("a"));
    route(null, "a/m");
    for (int i = 0; i < 25; i++) {
      go(plan("r")).succeeded(1L);
    }
    for (int i = 0; i < 25; i++) {
      go(plan("r")).failed(Failure.status(500, null));
    }
    assertThat(state("a").model("m").health().available()).isFalse();
    for (int i = 0; i < 300; i++) {
      Attempt attempt = go(plan("r"));
      if (i % 3 == 0) {
        attempt.failed(Failure.status(500, null));
      } else {
        attempt.succeeded(1L);
      }
    }
    assertThat(state("a").model("m").health().inFlight()).isZero();
  }

  private void breakDown(String model) {
    for (int i = 0; i < 20; i++) {
      go(plan(model)).failed(Failure.status(500, null));
    }
  }

  @Test
  void shouldTakeAnotherCredentialAfterA429ThenAnotherTargetThenSayWhenToComeAgain() {
    vendors(vendor("a", null, 0, Limits.none("one"), Limits.none("two")), vendor("b"));
    route(null, "a/m", "b/m");
    Failure limited = Failure.status(429, Duration.ofSeconds(20));
    Plan plan = plan("r");

    Attempt first = go(plan);
    assertThat(first.credential()).isEqualTo("one");
    assertThat(fail(plan, first, limited)).isEqualTo(again());
    Attempt second = go(plan);
    assertThat(second.model() + second.credential()).isEqualTo("a/mtwo");
    assertThat(fail(plan, second, limited)).isEqualTo(again());
    Attempt third = go(plan);
    assertThat(third.model()).isEqualTo("b/m");
    third.succeeded(10L);

    route(null, "a/m");
    assertThat(refused(plan("r")).retryAfter()).hasValue(Duration.ofSeconds(20));
    assertThat(go(plan("a/other")).credential()).isEqualTo("one");
    assertThat(go(plan("a/m")).model()).as("nobody else is to be asked").isEqualTo("a/m");
    now.addAndGet(Duration.ofSeconds(20).toNanos());
    assertThat(go(plan("a/m")).model()).isEqualTo("a/m");
  }

  @Test
  void shouldWaitForAPlaceOnlyWhenNoTargetHasOneFree() {
    vendors(vendor("a", 1, 10, Limits.none("x")), vendor("b", 1, 10, Limits.none("x")));
    route(null, "a/m", "b/m");
    Attempt first = go(plan("r"));
    Attempt spilled = go(plan("r"));
    assertThat(spilled.model()).isEqualTo("b/m");

    Plan third = plan("r");
    CompletionStage<Plan.Step> waiting = third.next(deadline());
    assertThat(waiting.toCompletableFuture()).isNotDone();
    first.succeeded(null);

    Attempt granted = ((Plan.Step.Go) done(waiting)).attempt();
    assertThat(granted.model()).isEqualTo("a/m");
    granted.cancelled();
    spilled.cancelled();
    assertThat(state("a").credentials().shown().getFirst().inFlight()).isZero();
  }

  @Test
  void shouldLeaveTheQueueWhenTheCallerLeavesAndRefuseWhoFindsItFull() {
    vendors(vendor("a", 1, 1, Limits.none("x")));
    Attempt running = go(plan("a/m"));
    Plan waits = plan("a/m");
    CompletionStage<Plan.Step> waiting = waits.next(deadline());
    assertThat(refused(plan("a/m")).errorCode()).isEqualTo(GatewayError.TENANT_QUEUED);
    assertThat(refused(plan("a/m")).retryAfter()).isPresent();

    waits.cancel();
    assertThat(done(waiting)).isInstanceOf(Plan.Step.Refused.class);
    running.succeeded(null);
    assertThat(go(plan("a/m")).model()).isEqualTo("a/m");
  }

  /// A shared provider, in the middle of one tenant's backlog.
  @Test
  void shouldGiveAnotherTenantItsTurnThoughOneHasABacklog() {
    TenantId small = new TenantId(new UUID(0x7000L, 1L << 63));
    OwnedProvider.swapInShared(
        catalog, List.of(TENANT, small), vendor("a", 1, 10, Limits.none("x")), now::get);
    Attempt running = go(plan("a/m"));
    List<CompletionStage<Plan.Step>> greedy = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      greedy.add(plan("a/m").next(deadline()));
    }
    CompletionStage<Plan.Step> other =
        router.plan(RouteCalls.of(small, "a/m", "{}")).next(deadline());

    running.succeeded(null);
    Attempt first = ((Plan.Step.Go) done(greedy.getFirst())).attempt();
    first.succeeded(null);

    assertThat(done(other)).isInstanceOf(Plan.Step.Go.class);
    assertThat(greedy.get(1).toCompletableFuture()).isNotDone();
  }

  @Test
  void shouldWaitNoLongerThanTheCallsDeadline() {
    vendors(vendor("a", 1, 1, Limits.none("x")));
    go(plan("a/m"));
    CompletionStage<Plan.Step> waiting =
        plan("a/m").next(now.get() + Duration.ofMillis(5).toNanos());
    Plan.Step.Refused late = (Plan.Step.Refused) done(waiting);
    assertThat(late.why()).hasMessageContaining("in time");
  }

  private Plan carrying(TenantId tenant, String model, String item) {
    return router.plan(RouteCalls.of(tenant, model, "{\"signature\":\"" + item + "\"}"));
  }

  private void made(Plan plan, Attempt attempt, String item) {
    Learning learning = plan.learning(attempt);
    assertThat(learning).isNotNull();
    learning.heard(Buffer.buffer("{\"signature\":\"" + item + "\"}"));
    done(learning.over());
    attempt.succeeded(null);
  }

  @Test
  void shouldAskOnlyTheCredentialThatMadeAnItem() {
    vendors(vendor("a", null, 0, Limits.none("one"), Limits.none("two")), vendor("b"));
    route(null, "b/m", "a/m");
    Plan made = plan("a/m");
    made(made, go(made), "made-by-a-one");

    for (int i = 0; i < 3; i++) {
      Plan follow = carrying(TENANT, "r", "made-by-a-one");
      done(follow.pin());
      assertThat(follow.pinnedBy()).isEqualTo("signature");
      assertThat(go(follow).credential()).isEqualTo("one");
    }
    Plan limited = carrying(TENANT, "r", "made-by-a-one");
    done(limited.pin());
    Attempt attempt = go(limited);
    assertThat(fail(limited, attempt, Failure.status(401, null)))
        .isEqualTo(new Plan.After.GiveUp(null));
    Plan resting = carrying(TENANT, "r", "made-by-a-one");
    done(resting.pin());
    assertThat(refused(resting)).hasMessageContaining("No other credential");
  }

  @Test
  void shouldSendWhatNobodyKnowsByTheRoute() {
    vendors(vendor("a", null, 0, Limits.none("one"), Limits.none("two")), vendor("b"));
    route(null, "b/m", "a/m");

    Plan unknown = carrying(TENANT, "r", "made-by-nobody");
    done(unknown.pin());

    assertThat(unknown.pinnedBy()).isNull();
    assertThat(go(unknown).model()).isEqualTo("b/m");
  }

  @Test
  void shouldRefuseWhatTwoCredentialsMadeOrOneThatTheRouteDoesNotAsk() {
    vendors(vendor("a"), vendor("b"), vendor("c"));
    route(null, "b/m", "a/m");
    Plan first = plan("r");
    made(first, go(first), "made-by-the-first");
    Plan second = plan("r");
    fail(second, go(second), Failure.status(503, null));
    made(second, go(second), "made-by-the-second");

    Plan both =
        router.plan(
            RouteCalls.of(
                TENANT,
                "r",
                "{\"signature\":\"made-by-the-first\"},{\"signature\":\"made-by-the-second\"}"));
    assertThat(both.pin().toCompletableFuture()).isCompletedExceptionally();
    route(null, "c/m", "a/m");
    assertThat(carrying(TENANT, "r", "made-by-the-first").pin().toCompletableFuture())
        .isCompletedExceptionally();
    assertThat(carrying(TENANT, "c/m", "made-by-the-first").pin().toCompletableFuture())
        .as("the caller says who is asked")
        .isCompletedWithValue(null);
  }

  @Test
  void shouldSendACallUpWhenTheSmallModelDeclinesAndCountWhatWasSaved() {
    vendors(vendor("small"), vendor("big"));
    route(new Escalation(Escalation.Check.REFUSAL, null, null), "small/m", "big/m");
    Plan up = plan("r");
    Attempt small = go(up);
    assertThat(small.judged()).isTrue();
    small.succeeded(30L);
    assertThat(done(up.judge(small, answer("I'm sorry, but I can't help with that."), false)))
        .isInstanceOf(Verdict.Up.class);
    up.settled(small, false, new Plan.Spent(10L, null, 20L, 7L));
    Attempt big = go(up);
    assertThat(big.model()).isEqualTo("big/m");
    assertThat(big.judged()).isFalse();
    up.settled(big, true, new Plan.Spent(10L, null, 20L, 300L));

    Plan kept = plan("r");
    Attempt good = go(kept);
    assertThat(done(kept.judge(good, answer("Paris."), false))).isEqualTo(new Verdict.Kept());
    kept.settled(good, true, new Plan.Spent(10L, null, 20L, 50L));

    // 30 tokens at ten nano-USD each, less what they cost.
    assertThat(savings.drain().values()).containsExactly(new Savings.Sum(1, 1, 250, 7));
  }

  private static Buffer answer(String text) {
    return Buffer.buffer(
        "{\"choices\":[{\"message\":{\"content\":\"" + text + "\"},\"finish_reason\":\"stop\"}]}");
  }

  @Test
  void shouldSayWhatIsUnknownAndWhatFitsNowhere() {
    vendors(vendor("a"));
    assertThatThrownBy(() -> plan("nobody/m"))
        .hasFieldOrPropertyWithValue("errorCode", GatewayError.MODEL_UNKNOWN);
    assertThatThrownBy(() -> plan("no-route"))
        .hasFieldOrPropertyWithValue("errorCode", GatewayError.MODEL_UNKNOWN);
    route(null, "gone/m");
    assertThatThrownBy(() -> plan("r"))
        .hasFieldOrPropertyWithValue("errorCode", GatewayError.UPSTREAM_BUSY);
    assertThatThrownBy(
            () -> router.plan(RouteCalls.of(new TenantId(new UUID(0x7000L, 1L << 63)), "r", "{}")))
        .hasFieldOrPropertyWithValue("errorCode", GatewayError.MODEL_UNKNOWN);
  }

  /// Calls that succeed, fail, are cancelled while they run or wait, in any order: at the end
  /// nothing is held.
  @RepeatedTest(10)
  void shouldGiveEverythingBackWhateverHappens(RepetitionInfo repetition) {
    Random random = new Random(repetition.getCurrentRepetition());
    vendors(
        vendor("a", 2, 4, new Limits("one", 50, null, 1), Limits.none("two")),
        vendor("b", 1, 4, Limits.none("x")));
    route(null, "a/m", "b/m");
    List<Attempt> running = new ArrayList<>();
    List<CompletionStage<Plan.Step>> waiting = new ArrayList<>();
    List<Plan> waiters = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      now.addAndGet(random.nextLong(Duration.ofSeconds(2).toNanos()));
      onLoop(
          () -> {
            if (random.nextBoolean()) {
              Plan plan = plan(random.nextBoolean() ? "r" : "a/m");
              waiting.add(plan.next(deadline()));
              waiters.add(plan);
            } else if (!running.isEmpty()) {
              end(random, running.remove(random.nextInt(running.size())));
            } else if (!waiters.isEmpty()) {
              waiters.get(random.nextInt(waiters.size())).cancel();
            }
            collect(waiting, waiters, running);
          });
    }
    onLoop(() -> List.copyOf(waiters).forEach(Plan::cancel));
    while (!running.isEmpty() || !waiting.isEmpty()) {
      onLoop(
          () -> {
            running.forEach(Attempt::cancelled);
            running.clear();
            collect(waiting, waiters, running);
          });
    }
    for (String provider : List.of("a", "b")) {
      ProviderState state = state(provider);
      assertThat(settled(() -> state.queue().busy())).isZero();
      assertThat(state.queue().waiting()).isZero();
      assertThat(state.model("m").health().inFlight()).isZero();
      assertThat(state.credentials().shown()).allMatch(shown -> shown.inFlight() == 0);
    }
  }

  /// As in production: everything of a call happens on one loop.
  private void onLoop(Runnable action) {
    CompletableFuture<Boolean> ran = new CompletableFuture<>();
    loop.runOnContext(
        v -> {
          try {
            action.run();
            ran.complete(true);
          } catch (RuntimeException | Error e) {
            ran.completeExceptionally(e);
          }
        });
    done(ran);
  }

  /// A place that was granted to who had left comes back on the call's context.
  private static int settled(IntSupplier busy) {
    long deadline = System.nanoTime() + Duration.ofSeconds(5).toNanos();
    while (busy.getAsInt() != 0 && System.nanoTime() < deadline) {
      Thread.onSpinWait();
    }
    return busy.getAsInt();
  }

  private static void end(Random random, Attempt attempt) {
    switch (random.nextInt(5)) {
      case 0 -> attempt.failed(Failure.status(429, Duration.ofSeconds(3)));
      case 1 -> attempt.failed(Failure.status(500, null));
      case 2 -> attempt.cancelled();
      default -> attempt.succeeded(5L);
    }
    attempt.cancelled();
  }

  private static void collect(
      List<CompletionStage<Plan.Step>> waiting, List<Plan> waiters, List<Attempt> running) {
    for (int i = waiting.size() - 1; i >= 0; i--) {
      if (waiting.get(i).toCompletableFuture().isDone()) {
        if (done(waiting.get(i)) instanceof Plan.Step.Go(Attempt attempt)) {
          running.add(attempt);
        }
        waiting.remove(i);
        waiters.remove(i);
      }
    }
  }

  @Test
  void shouldFindWhatACallNeedsInAnyDialect() {
    assertThat(needs("{\"messages\":[{\"content\":\"tools image_url\"}]}")).isEmpty();
    assertThat(needs("{\"tools\":[{\"function\":{\"parameters\":{\"image_url\":{}}}}]}"))
        .containsExactly("TOOLS");
    assertThat(
            needs(
                "{\"messages\":[{\"content\":[{\"type\":\"image_url\",\"image_url\":{\"url\":\"x\"}}]}],"
                    + "\"response_format\":{\"type\":\"json_schema\"}}"))
        .containsExactlyInAnyOrder("IMAGES", "STRUCTURED");
    assertThat(
            needs("{\"contents\":[{\"parts\":[{\"inlineData\":{\"mimeType\":\"audio/wav\"}}]}]}"))
        .containsExactly("AUDIO");
    assertThat(needs("{\"messages\":[{\"content\":[{\"type\":\"document\"}]}]}"))
        .containsExactly("FILES");
  }

  private static Set<String> needs(String body) {
    return NeedsScan.of(Buffer.buffer(body)).stream().map(Enum::name).collect(Collectors.toSet());
  }
}
