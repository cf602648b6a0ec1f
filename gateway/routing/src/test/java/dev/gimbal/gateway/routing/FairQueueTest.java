package dev.gimbal.gateway.routing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gimbal.gateway.routing.FairQueue.Entry;
import dev.gimbal.gateway.routing.FairQueue.Rule;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

class FairQueueTest {
  private final AtomicLong now = new AtomicLong();
  private final List<String> granted = new ArrayList<>();

  private FairQueue<String> queue(int parallel, int waiting, int perTenant) {
    return new FairQueue<>(new Rule(parallel, waiting, perTenant, 1), now::get);
  }

  private Entry enter(FairQueue<String> queue, String tenant) {
    return queue.enter(tenant, 1, () -> granted.add(tenant));
  }

  @Test
  void shouldLetInAtOnceWhatHasASlotAndQueueTheRest() {
    FairQueue<String> queue = queue(2, 10, 10);
    assertThat(enter(queue, "a")).isInstanceOf(Entry.Entered.class);
    assertThat(enter(queue, "a")).isInstanceOf(Entry.Entered.class);
    assertThat(enter(queue, "a")).isInstanceOf(FairQueue.Waiter.class);
    assertThat(granted).isEmpty();
    queue.leave(0);
    assertThat(granted).containsExactly("a");
    assertThat(queue.busy()).isEqualTo(2);
  }

  @Test
  void shouldGiveTenantsTurnsHoweverManyCallsOneOfThemHas() {
    FairQueue<String> queue = queue(1, 1_000, 1_000);
    enter(queue, "x");
    for (int i = 0; i < 100; i++) {
      enter(queue, "greedy");
    }
    enter(queue, "small");
    enter(queue, "small");
    for (int i = 0; i < 4; i++) {
      queue.leave(0);
    }
    assertThat(granted).containsExactly("greedy", "small", "greedy", "small");
  }

  @Test
  void shouldChargeDearCallsMoreTurns() {
    FairQueue<String> queue = queue(1, 1_000, 1_000);
    enter(queue, "x");
    for (int i = 0; i < 30; i++) {
      queue.enter("dear", 3, () -> granted.add("dear"));
      queue.enter("cheap", 1, () -> granted.add("cheap"));
    }
    for (int i = 0; i < 20; i++) {
      queue.leave(0);
    }
    assertThat(granted.stream().filter("dear"::equals).count()).isEqualTo(5);
  }

  @Test
  void shouldSayWhenATenantOrTheWholeQueueIsFullAndWhenToComeAgain() {
    FairQueue<String> queue = queue(1, 3, 2);
    enter(queue, "a");
    now.addAndGet(Duration.ofSeconds(4).toNanos());
    queue.leave(0);
    enter(queue, "a");
    enter(queue, "a");
    enter(queue, "a");
    assertThat(enter(queue, "a")).isEqualTo(new Entry.Full(true, Duration.ofSeconds(12)));
    assertThat(enter(queue, "b")).isInstanceOf(FairQueue.Waiter.class);
    assertThat(enter(queue, "c")).isEqualTo(new Entry.Full(false, Duration.ofSeconds(16)));
  }

  @Test
  void shouldTellACancelThatComesTooLate() {
    FairQueue<String> queue = queue(1, 10, 10);
    enter(queue, "a");
    FairQueue<?>.Waiter first = (FairQueue<?>.Waiter) enter(queue, "b");
    FairQueue<?>.Waiter second = (FairQueue<?>.Waiter) enter(queue, "c");
    assertThat(first.cancel()).isTrue();
    queue.leave(0);
    assertThat(granted).containsExactly("c");
    assertThat(second.cancel()).isFalse();
    assertThat(queue.busy()).isEqualTo(1);
  }

  @Test
  void shouldGrantTheSlotsThatANewRuleAddsAndKeepThoseWhoWait() {
    FairQueue<String> queue = queue(1, 10, 10);
    for (int i = 0; i < 4; i++) {
      enter(queue, "a");
    }
    queue.rule(new Rule(3, 0, 0, 1));
    assertThat(granted).hasSize(2);
    assertThat(queue.waiting()).isEqualTo(1);
    queue.rule(new Rule(1, 0, 0, 1));
    queue.leave(0);
    queue.leave(0);
    assertThat(granted).hasSize(2);
    queue.leave(0);
    assertThat(granted).hasSize(3);
  }

  /// Tenants that always want more than they get, calls that are cancelled, calls that end at any
  /// time: nobody gets more than one call above another's share, no slot is lost, nobody starves.
  @RepeatedTest(20)
  void shouldBeFairWhateverHappens(RepetitionInfo repetition) {
    Random random = new Random(repetition.getCurrentRepetition());
    int parallel = 1 + random.nextInt(5);
    FairQueue<Integer> queue = new FairQueue<>(new Rule(parallel, 10_000, 10_000, 1), now::get);
    int tenants = 2 + random.nextInt(5);
    int[] served = new int[tenants];
    Map<FairQueue<?>.Waiter, AtomicInteger> waiters = new HashMap<>();
    AtomicInteger running = new AtomicInteger();
    for (int i = 0; i < parallel; i++) {
      assertThat(queue.enter(99, 1, () -> {})).isInstanceOf(Entry.Entered.class);
      running.incrementAndGet();
    }
    int cancelled = 0;
    int entered = 0;
    for (int step = 0; step < 3_000; step++) {
      for (int tenant = 0; tenant < tenants; tenant++) {
        // Each always has at least one waiting: by so much the shares can be told apart.
        int calls = step == 0 ? 5 : 1 + random.nextInt(1 + tenant);
        for (int i = 0; i < (waiting(waiters, tenant) < 3 ? calls : 0); i++) {
          entered++;
          int who = tenant;
          AtomicInteger state = new AtomicInteger(who);
          FairQueue<?>.Waiter waiter =
              (FairQueue<?>.Waiter)
                  queue.enter(
                      tenant,
                      1,
                      () -> {
                        served[who]++;
                        running.incrementAndGet();
                        assertThat(state.getAndSet(-1)).isEqualTo(who);
                      });
          waiters.put(waiter, state);
        }
      }
      if (random.nextInt(4) == 0) {
        int tenant = random.nextInt(tenants);
        if (waiting(waiters, tenant) > 1) {
          FairQueue<?>.Waiter one =
              waiters.entrySet().stream()
                  .filter(entry -> entry.getValue().get() == tenant)
                  .findFirst()
                  .orElseThrow()
                  .getKey();
          assertThat(one.cancel()).isTrue();
          waiters.remove(one);
          cancelled++;
        }
      }
      running.decrementAndGet();
      queue.leave(now.get());
      assertThat(running.get()).isEqualTo(parallel).isEqualTo(queue.busy());
      waiters.values().removeIf(state -> state.get() == -1);
      int least = java.util.Arrays.stream(served).min().orElse(0);
      int most = java.util.Arrays.stream(served).max().orElse(0);
      assertThat(most - least).as("step %d", step).isLessThanOrEqualTo(1);
    }
    assertThat(java.util.Arrays.stream(served).sum() + cancelled + queue.waiting())
        .isEqualTo(entered);
  }

  private static long waiting(Map<FairQueue<?>.Waiter, AtomicInteger> waiters, int tenant) {
    return waiters.values().stream().filter(state -> state.get() == tenant).count();
  }
}
