package dev.gimbal.gateway.core.budget;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gimbal.gateway.limits.LeaseStore;
import dev.gimbal.gateway.limits.LeaseStore.Answer;
import dev.gimbal.gateway.limits.LeaseStore.Ask;
import dev.gimbal.gateway.limits.LeaseStore.Remains;
import dev.gimbal.gateway.limits.LeaseStore.Report;
import dev.gimbal.gateway.limits.LeaseStore.Want;
import dev.gimbal.gateway.limits.Limit;
import dev.gimbal.gateway.limits.Limit.Scope;
import dev.gimbal.gateway.limits.Limit.Unit;
import dev.gimbal.gateway.limits.Window;
import dev.gimbal.gateway.limits.Window.Calendar.Period;
import dev.gimbal.platform.ids.TenantId;
import dev.gimbal.platform.time.FakeClock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// What every [LeaseStore] promises.
abstract class LeaseStoreContractTest {
  static final Instant START = Instant.parse("2026-11-22T11:30:00Z");
  private static final UUID ONE = new UUID(1, 1);
  private static final UUID TWO = new UUID(1, 2);
  private static final Window HOUR = new Window.Calendar(Period.HOUR);

  final FakeClock clock = new FakeClock(START);

  /// A store with this test's clock.
  abstract LeaseStore store();

  /// Makes the store know a limit.
  abstract void declare(Limit limit);

  private Limit limit(long amount, Window window) {
    Limit limit =
        new Limit(
            UUID.randomUUID(),
            TenantId.FIRST,
            UUID.randomUUID().toString(),
            Scope.TENANT,
            window instanceof Window.Running ? Unit.PARALLEL : Unit.TOKENS,
            amount,
            window,
            true,
            false);
    declare(limit);
    return limit;
  }

  private Answer ask(Limit limit, UUID node, long number, Answer lease, Report report, long need) {
    Want want = new Want(need, need, 1);
    Ask ask = new Ask(limit, node, number, lease.window(), lease.epoch(), report, want);
    return store().exchange(ask).toCompletableFuture().join();
  }

  private Answer first(Limit limit, UUID node, long need) {
    return ask(limit, node, 1, Answer.GONE, Report.NONE, need);
  }

  @Test
  void shouldLeaseNoMoreThanTheAmountToAllNodesTogether() {
    Limit limit = limit(100, HOUR);

    assertThat(first(limit, ONE, 70).held()).isEqualTo(70);
    Answer second = first(limit, TWO, 50);

    assertThat(second.held()).isEqualTo(30);
    assertThat(second.rest()).isZero();
  }

  @Test
  void shouldLeaseExactlyTheAmountToNodesThatAskAtTheSameTime() {
    Limit limit = limit(100, HOUR);
    List<CompletableFuture<Answer>> answers =
        IntStream.range(0, 40)
            .mapToObj(
                i ->
                    store()
                        .exchange(
                            new Ask(limit, new UUID(3, i), 1, 0, 0, Report.NONE, new Want(7, 7, 7)))
                        .toCompletableFuture())
            .toList();

    assertThat(answers.stream().mapToLong(answer -> answer.join().held()).sum()).isEqualTo(100);
  }

  @Test
  void shouldDoAnAskOnceAndNoneThatIsOlder() {
    Limit limit = limit(100, HOUR);
    Answer lease = first(limit, ONE, 10);
    Answer more = ask(limit, ONE, 2, lease, Report.NONE, 5);

    assertThat(more.held()).isEqualTo(15);
    assertThat(ask(limit, ONE, 2, lease, Report.NONE, 5).held()).isEqualTo(15);
    assertThat(ask(limit, ONE, 1, lease, new Report(0, 0, 15), 0).held()).isEqualTo(15);
  }

  @Test
  void shouldLeaseToOthersWhatANodeGivesBack() {
    Limit limit = limit(100, HOUR);
    Answer lease = first(limit, ONE, 100);

    assertThat(ask(limit, ONE, 2, lease, new Report(40, 0, 60), 0).held()).isEqualTo(40);
    assertThat(first(limit, TWO, 100).held()).isEqualTo(60);
  }

  @Test
  void shouldBeginAWindowOnceAndCountWhatIsLateInItsOwn() {
    Limit limit = limit(100, HOUR);
    Answer old = first(limit, ONE, 100);
    clock.advance(Duration.ofMinutes(31));

    Answer fresh = first(limit, TWO, 60);
    Answer late = ask(limit, ONE, 2, old, new Report(90, 0, 10), 50);

    assertThat(fresh.window()).isEqualTo(Instant.parse("2026-11-22T12:00:00Z").toEpochMilli());
    assertThat(fresh.held()).isEqualTo(60);
    assertThat(late.window()).isEqualTo(fresh.window());
    assertThat(late.epoch()).isNotEqualTo(old.epoch());
    assertThat(late.held()).isEqualTo(40);
  }

  @Test
  void shouldKeepTheWindowWhenTheClockGoesBack() {
    Limit limit = limit(100, HOUR);
    clock.advance(Duration.ofMinutes(31));
    Answer lease = first(limit, ONE, 100);
    clock.advance(Duration.ofMinutes(-31));

    Answer other = first(limit, TWO, 50);

    assertThat(other.window()).isEqualTo(lease.window());
    assertThat(other.held()).isZero();
  }

  @Test
  void shouldEndALeaseNoLaterThanItsWindow() {
    Limit limit = limit(100, HOUR);
    clock.advance(Duration.ofMinutes(30).minusSeconds(2));

    Answer lease = first(limit, ONE, 1);

    assertThat(lease.validMillis()).isEqualTo(2_000);
    assertThat(lease.leftMillis()).isEqualTo(2_000);
  }

  @Test
  void shouldReclaimADeadNodesRollingLeaseWhenNothingOfItCounts() {
    Limit limit = limit(100, Window.Rolling.MINUTE);
    Answer dead = first(limit, ONE, 100);
    clock.advance(Duration.ofMillis(dead.validMillis()).plusMinutes(1));
    assertThat(first(limit, TWO, 100).held()).isZero();
    clock.advance(Duration.ofSeconds(10));

    assertThat(ask(limit, TWO, 2, Answer.GONE, Report.NONE, 100).held()).isEqualTo(100);
    Answer fenced = ask(limit, ONE, 2, dead, new Report(100, 0, 0), 1);
    assertThat(fenced.epoch()).isNotEqualTo(dead.epoch());
    assertThat(fenced.held()).isZero();
  }

  @Test
  void shouldLeaveANodeTheLeaseThatItTellsOfHoweverFarTheClockJumps() {
    Limit limit = limit(100, Window.Rolling.MINUTE);
    Answer lease = first(limit, ONE, 100);
    clock.advance(Duration.ofHours(1));

    Answer kept = ask(limit, ONE, 2, lease, new Report(40, 30, 0), 0);

    assertThat(kept.epoch()).isEqualTo(lease.epoch());
    assertThat(kept.held()).isEqualTo(100);
    assertThat(kept.validMillis()).isPositive();
    clock.advance(Duration.ofHours(-2));
    assertThat(ask(limit, ONE, 3, kept, new Report(40, 30, 0), 0).held()).isEqualTo(100);
    assertThat(first(limit, TWO, 1).held()).isZero();
  }

  @Test
  void shouldCountADeadNodesLeaseAsSpentInItsWindow() {
    Limit limit = limit(100, new Window.Total());
    assertThat(first(limit, ONE, 30).held()).isEqualTo(30);
    clock.advance(Duration.ofDays(40));

    assertThat(first(limit, TWO, 100).held()).isEqualTo(70);
  }

  private void bury(UUID node, Remains... remains) {
    store().bury(node, List.of(remains)).toCompletableFuture().join();
  }

  @Test
  void shouldGiveBackWhatADeadNodeDidNotUseAndHearNothingOfItAfterwards() {
    Limit limit = limit(100, HOUR);
    Answer held = first(limit, ONE, 60);

    bury(ONE, new Remains(limit.id(), held.window(), held.epoch(), 25));
    Answer late = ask(limit, ONE, 2, held, new Report(10, 5, 40), 30);

    assertThat(late.held()).isEqualTo(25);
    assertThat(first(limit, TWO, 100).held()).isEqualTo(75);
    bury(ONE, new Remains(limit.id(), held.window(), held.epoch(), 25));
    assertThat(ask(limit, ONE, 3, held, Report.NONE, 1).held()).isEqualTo(25);
  }

  @Test
  void shouldCountWhatADeadNodeToldWhereItWroteDownLessOrNothing() {
    Limit limit = limit(100, HOUR);
    Answer held = first(limit, ONE, 60);
    ask(limit, ONE, 2, held, new Report(30, 10, 0), 0);

    bury(ONE);

    assertThat(first(limit, TWO, 100).held()).isEqualTo(70);
  }

  @Test
  void shouldCountWhatADeadNodeUsedOfARollingWindowUntilItsLengthHasPassed() {
    Limit limit = limit(100, Window.Rolling.MINUTE);
    Answer held = first(limit, ONE, 60);

    bury(ONE, new Remains(limit.id(), held.window(), held.epoch(), 25));
    Answer before = first(limit, TWO, 100);
    clock.advance(Duration.ofSeconds(59));
    Answer still = ask(limit, TWO, 2, before, Report.NONE, 100);
    clock.advance(Duration.ofSeconds(7));
    Answer after = ask(limit, TWO, 3, before, Report.NONE, 100);

    assertThat(List.of(before.held(), still.held(), after.held())).containsExactly(75L, 75L, 100L);
  }

  @Test
  void shouldFreeTheParallelCallsOfADeadNode() {
    Limit limit = limit(100, new Window.Running(Duration.ofMinutes(15)));
    Answer held = first(limit, ONE, 60);

    bury(ONE, new Remains(limit.id(), held.window(), held.epoch(), 60));

    assertThat(first(limit, TWO, 100).held()).isEqualTo(100);
  }

  @Test
  void shouldTakeWhatWasOverdrawnFromTheLimit() {
    Limit limit = limit(100, HOUR);
    Answer lease = first(limit, ONE, 10);

    ask(limit, ONE, 2, lease, new Report(50, 0, 0), 0);

    assertThat(first(limit, TWO, 100).held()).isEqualTo(50);
  }
}
