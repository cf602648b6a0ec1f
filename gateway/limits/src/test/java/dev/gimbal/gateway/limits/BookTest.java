package dev.gimbal.gateway.limits;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gimbal.gateway.limits.Decision.Admitted;
import dev.gimbal.gateway.limits.Decision.Refused;
import dev.gimbal.gateway.limits.LeaseStore.Answer;
import dev.gimbal.gateway.limits.LeaseStore.Ask;
import dev.gimbal.gateway.limits.Limit.Scope;
import dev.gimbal.gateway.limits.Limit.Unit;
import dev.gimbal.platform.ids.TenantId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

class BookTest {
  private static final long SECOND = 1_000_000_000L;
  private static final Window DAY = new Window.Calendar(Window.Calendar.Period.DAY);

  private long now;
  private final Store store = new Store();
  private final Book book = new Book(new UUID(1, 1), store, BookConfig.DEFAULT, () -> now);
  private int limits;

  /// A store that can be made to wait, and counts what it is asked.
  private final class Store implements LeaseStore {
    @Override
    public CompletionStage<Void> bury(UUID dead, List<Remains> remains) {
      throw new UnsupportedOperationException("no node dies here");
    }

    private final MemoryLeaseStore store =
        new MemoryLeaseStore(
            () -> Instant.ofEpochMilli(1_000_000_000_000L + now / 1_000_000), 90_000);
    private final Deque<Runnable> held = new ArrayDeque<>();
    private boolean holding;
    private boolean down;
    private int asks;

    @Override
    public CompletionStage<Answer> exchange(Ask ask) {
      asks++;
      if (down) {
        return CompletableFuture.failedFuture(new IllegalStateException("down"));
      }
      CompletableFuture<Answer> answer = new CompletableFuture<>();
      Runnable work = () -> store.exchange(ask).thenAccept(answer::complete);
      if (holding) {
        held.add(work);
      } else {
        work.run();
      }
      return answer;
    }

    void letGo() {
      holding = false;
      while (!held.isEmpty()) {
        held.poll().run();
      }
    }
  }

  private Limit limit(Unit unit, long amount, Window window) {
    return limit(unit, amount, window, true);
  }

  private Limit limit(Unit unit, long amount, Window window, boolean hard) {
    return new Limit(
        new UUID(2, ++limits),
        TenantId.FIRST,
        "l",
        Scope.TENANT,
        unit,
        amount,
        window,
        hard,
        false);
  }

  private CompletableFuture<Decision> ask(Demand... demands) {
    return book.reserve(TenantId.FIRST, List.of(demands)).toCompletableFuture();
  }

  private Reservation admitted(Demand... demands) {
    return ((Admitted) ask(demands).join()).reservation();
  }

  @Test
  void shouldAdmitExactlyAsManyOfAThousandAsTheBudgetHoldsHoweverTheStoreAnswers() {
    Limit budget = limit(Unit.NANO_USD, 100 * 70, DAY);
    store.holding = true;
    List<CompletableFuture<Decision>> decisions = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      decisions.add(ask(new Demand(budget, 70)));
    }
    assertThat(decisions).noneMatch(CompletableFuture::isDone);
    store.letGo();

    assertThat(decisions.stream().filter(d -> d.join() instanceof Admitted)).hasSize(100);
    assertThat(decisions.subList(0, 100)).allMatch(d -> d.join() instanceof Admitted);
    assertThat(store.asks).isLessThan(5);
  }

  @Test
  void shouldLetACallInByWhatIsLeasedWithoutAskingTheStore() {
    Limit budget = limit(Unit.TOKENS, 1_000_000, DAY);
    for (int i = 0; i < 1_000; i++) {
      admitted(new Demand(budget, 10)).settle(null, 7L);
    }
    assertThat(store.asks).isLessThan(40);
  }

  @Test
  void shouldHoldAllLimitsOrNone() {
    Limit wide = limit(Unit.TOKENS, 100, DAY);
    Limit narrow = limit(Unit.TOKENS, 10, DAY);

    Decision refused = ask(new Demand(wide, 60), new Demand(narrow, 60)).join();

    assertThat(refused)
        .isInstanceOfSatisfying(
            Refused.class,
            no -> {
              assertThat(no.limit()).isEqualTo(narrow);
              assertThat(no.retryAfter()).isPositive();
            });
    assertThat(ask(new Demand(wide, 100)).join()).isInstanceOf(Admitted.class);
  }

  @Test
  void shouldGiveBackWhatWasReservedAndNotUsed() {
    Limit budget = limit(Unit.NANO_USD, 100, DAY);
    Reservation first = admitted(new Demand(budget, 100));
    assertThat(ask(new Demand(budget, 1)).join()).isInstanceOf(Refused.class);

    first.settle(30L, null);
    first.settle(0L, null);
    first.cancel();

    admitted(new Demand(budget, 70));
    assertThat(ask(new Demand(budget, 1)).join()).isInstanceOf(Refused.class);
  }

  @Test
  void shouldCountWhatWasUsedBeyondTheReservation() {
    Limit budget = limit(Unit.NANO_USD, 100, DAY);
    admitted(new Demand(budget, 10)).settle(60L, null);

    assertThat(book.overdrawn()).isEqualTo(50);
    assertThat(ask(new Demand(budget, 41)).join()).isInstanceOf(Refused.class);
    now += SECOND;
    assertThat(ask(new Demand(budget, 40)).join()).isInstanceOf(Admitted.class);
  }

  @Test
  void shouldRaiseARunningCallUntilTheBudgetIsSpent() {
    Limit budget = limit(Unit.NANO_USD, 100, DAY);
    Reservation call = admitted(new Demand(budget, 10));

    assertThat(call.raise(60, 0).toCompletableFuture().join()).isTrue();
    assertThat(call.raise(31, 0).toCompletableFuture().join()).isFalse();
    assertThat(call.raise(30, 0).toCompletableFuture().join()).isTrue();
    call.settle(95L, null);

    admitted(new Demand(budget, 5));
    assertThat(ask(new Demand(budget, 1)).join()).isInstanceOf(Refused.class);
  }

  @Test
  void shouldLetNoMinuteHoldMoreRequestsThanTheLimitAndNoneFewer() {
    Limit limit = limit(Unit.REQUESTS, 37, Window.Rolling.MINUTE);
    Random random = new Random(7);
    Deque<Long> letIn = new ArrayDeque<>();
    int refused = 0;
    for (int i = 0; i < 5_000; i++) {
      now += random.nextInt(2_000) * 1_000_000L;
      book.tick();
      letIn.removeIf(time -> now - time >= 60 * SECOND);
      boolean allowed = ask(new Demand(limit, 1)).join() instanceof Admitted;
      assertThat(allowed).isEqualTo(letIn.size() < 37);
      if (allowed) {
        letIn.add(now);
      } else {
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(500);
  }

  @Test
  void shouldSayWhenTheNextRequestIsLetIn() {
    Limit limit = limit(Unit.REQUESTS, 2, Window.Rolling.MINUTE);
    admitted(new Demand(limit, 1));
    now += 10 * SECOND;
    admitted(new Demand(limit, 1));

    Refused no = (Refused) ask(new Demand(limit, 1)).join();

    assertThat(no.retryAfter()).isEqualTo(Duration.ofSeconds(50));
    assertThat(no.standing().requests())
        .isEqualTo(new Decision.Nearest(2, 0, Duration.ofSeconds(50)));
    now += 50 * SECOND - 1;
    assertThat(ask(new Demand(limit, 1)).join()).isInstanceOf(Refused.class);
    now += 1;
    assertThat(ask(new Demand(limit, 1)).join()).isInstanceOf(Admitted.class);
  }

  @Test
  void shouldCountParallelCallsWhileTheyRun() {
    Limit limit = limit(Unit.PARALLEL, 2, new Window.Running(Duration.ofMinutes(15)));
    Reservation first = admitted(new Demand(limit, 1));
    admitted(new Demand(limit, 1));
    assertThat(ask(new Demand(limit, 1)).join()).isInstanceOf(Refused.class);

    first.settle(null, null);

    assertThat(ask(new Demand(limit, 1)).join()).isInstanceOf(Admitted.class);
  }

  @Test
  void shouldKeepCountingWhenTheAmountChanges() {
    Limit before = limit(Unit.TOKENS, 100, DAY);
    admitted(new Demand(before, 60)).settle(null, 60L);
    Limit lower =
        new Limit(
            before.id(),
            before.tenant(),
            "renamed",
            before.scope(),
            before.unit(),
            70,
            before.window(),
            true,
            false);

    assertThat(ask(new Demand(lower, 11)).join()).isInstanceOf(Refused.class);
    assertThat(ask(new Demand(lower, 10)).join()).isInstanceOf(Admitted.class);
  }

  @Test
  void shouldRefuseHardAndAdmitSoftLimitsWhenTheStoreFails() {
    Limit hard = limit(Unit.TOKENS, 100, DAY);
    Limit soft = limit(Unit.TOKENS, 100, DAY, false);
    store.down = true;

    assertThat(ask(new Demand(soft, 5)).join()).isInstanceOf(Admitted.class);
    assertThat(ask(new Demand(hard, 5)).join())
        .isInstanceOfSatisfying(
            Refused.class, no -> assertThat(no.reason()).isEqualTo(Decision.Reason.UNAVAILABLE));
  }

  @Test
  void shouldRefuseAfterAWhileWhenTheStoreIsSilent() {
    Limit hard = limit(Unit.TOKENS, 100, DAY);
    store.holding = true;
    CompletableFuture<Decision> decision = ask(new Demand(hard, 5));
    now += 3 * SECOND;
    book.tick();

    assertThat(decision).isCompletedWithValueMatching(Refused.class::isInstance);
  }

  @Test
  void shouldAdmitBeyondASoftLimit() {
    Limit soft = limit(Unit.TOKENS, 10, DAY, false);
    assertThat(ask(new Demand(soft, 50)).join()).isInstanceOf(Admitted.class);
    assertThat(ask(new Demand(soft, 50)).join()).isInstanceOf(Admitted.class);
  }

  @Test
  void shouldGiveLeasesBackWhenIdleAndAtTheEnd() {
    Limit budget = limit(Unit.TOKENS, 100, DAY);
    admitted(new Demand(budget, 10)).settle(null, 4L);
    assertThat(store.store.leases(budget.id()).getFirst().held()).isGreaterThan(4);
    now += 4 * SECOND;
    book.tick();
    assertThat(store.store.leases(budget.id()).getFirst().held()).isEqualTo(4);

    admitted(new Demand(budget, 10)).settle(null, 3L);
    book.stop().toCompletableFuture().join();
    assertThat(store.store.leases(budget.id()).getFirst().held()).isEqualTo(7);
    assertThat(store.store.leases(budget.id()).getFirst().spent()).isEqualTo(7);
  }

  @Test
  void shouldKeepAnIdleLeaseForAMinuteWherePlentyIsLeft() {
    Limit budget = limit(Unit.TOKENS, 100_000, DAY);
    admitted(new Demand(budget, 10)).settle(null, 4L);
    for (int second = 0; second < 55; second++) {
      now += SECOND;
      book.tick();
    }
    store.down = true;
    admitted(new Demand(budget, 10)).settle(null, 10L);

    store.down = false;
    for (int second = 0; second < 70; second++) {
      now += SECOND;
      book.tick();
    }
    assertThat(store.store.leases(budget.id()).getFirst().held()).isEqualTo(4 + 10);
  }

  @Test
  void shouldLetCallsUnderTwoLimitsInAfterAPause() {
    Limit requests = limit(Unit.REQUESTS, 40, Window.Rolling.MINUTE);
    Limit budget = limit(Unit.NANO_USD, 100, DAY);
    admitted(new Demand(requests, 1), new Demand(budget, 10)).settle(10L, null);
    now += 4 * SECOND;
    book.tick();
    store.holding = true;

    CompletableFuture<Decision> second = ask(new Demand(requests, 1), new Demand(budget, 10));
    for (int answers = 0; answers < 50 && !second.isDone(); answers++) {
      now += SECOND / 100;
      store.held.remove().run();
    }

    assertThat(second).isCompletedWithValueMatching(decision -> decision instanceof Admitted);
  }

  /// Calls that come and end at once, for a time.
  ///
  /// @return how many were refused or had to wait
  private int calls(int aSecond, int seconds, Demand... demands) {
    int refused = 0;
    for (int i = 0; i < aSecond * seconds; i++) {
      now += SECOND / aSecond;
      book.tick();
      CompletableFuture<Decision> decision = ask(demands);
      if (decision.isDone() && decision.join() instanceof Admitted admitted) {
        admitted.reservation().settle(5L, 5L);
      } else {
        refused++;
      }
    }
    return refused;
  }

  @Test
  void shouldLetCallsInForAMinuteWithoutTheStoreWherePlentyIsLeft() {
    Demand requests = new Demand(limit(Unit.REQUESTS, 1_000_000, Window.Rolling.MINUTE), 1);
    Demand tokens = new Demand(limit(Unit.TOKENS, 100_000_000, Window.Rolling.MINUTE), 100);
    Demand budget = new Demand(limit(Unit.NANO_USD, 100_000_000, DAY), 50);
    assertThat(calls(100, 120, requests, tokens, budget)).isZero();
    store.down = true;
    assertThat(calls(100, 60, requests, tokens, budget)).isZero();
    assertThat(calls(100, 60, requests, tokens, budget)).isPositive();
  }

  @Test
  void shouldNotKeepMoreThanASmallPartOfWhatIsLeftInStock() {
    Limit budget = limit(Unit.TOKENS, 10_000, DAY);
    for (int second = 0; second < 300; second++) {
      calls(1, 1, new Demand(budget, 5));
      LeaseRules.Row lease = store.store.leases(budget.id()).getFirst();
      assertThat(lease.held() - 5L * (second + 1)).isBetween(0L, 10_000L / 32 + 5);
    }
  }
}
