package dev.gimbal.gateway.routing;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

class BreakerTest {
  private static final HealthRule RULE =
      new HealthRule(10, 4, 0.5, 0.8, Duration.ofSeconds(10), Duration.ofSeconds(5), 3);
  private static final Failure DOWN = Failure.status(503, null);

  private final AtomicLong now = new AtomicLong();
  private final Health health = new Health(RULE, now::get);

  private void fail(int times) {
    for (int i = 0; i < times; i++) {
      health.failed(health.began(), DOWN, 1, 0);
    }
  }

  private void succeed(int times, Duration firstByte) {
    for (int i = 0; i < times; i++) {
      health.succeeded(health.began(), firstByte.toNanos());
    }
  }

  @Test
  void shouldOpenAtTheFailureRateButNotBeforeEnoughCalls() {
    fail(3);
    assertThat(health.available()).isTrue();
    fail(1);
    assertThat(health.available()).isFalse();
    assertThat(health.began()).isEqualTo(Health.REFUSED);
    assertThat(health.restsFor()).isEqualTo(Duration.ofSeconds(5));
    assertThat(health.shown().state()).isEqualTo("open");
  }

  @Test
  void shouldStayClosedBelowTheRateAndForgetWhatLeftTheWindow() {
    succeed(10, Duration.ofMillis(1));
    fail(4);
    succeed(10, Duration.ofMillis(1));
    fail(4);
    assertThat(health.available()).isTrue();
    fail(1);
    assertThat(health.available()).isFalse();
  }

  @Test
  void shouldOpenAtTheRateOfSlowCalls() {
    succeed(1, Duration.ofMillis(1));
    succeed(3, Duration.ofSeconds(11));
    assertThat(health.available()).isTrue();
    succeed(1, Duration.ofSeconds(10));
    assertThat(health.available()).isFalse();
  }

  @Test
  void shouldNotCountWhatSaysNothingAboutTheTarget() {
    for (int i = 0; i < 20; i++) {
      health.failed(health.began(), Failure.status(429, null), 1, 0);
      health.failed(health.began(), Failure.status(401, null), 1, 0);
      health.failed(health.began(), Failure.status(400, null), 1, 0);
      health.cancelled(health.began());
    }
    assertThat(health.available()).isTrue();
    assertThat(health.inFlight()).isZero();
  }

  @Test
  void shouldLetABoundedNumberOfProbesDecide() {
    fail(4);
    now.addAndGet(Duration.ofSeconds(5).toNanos());
    List<Long> probes = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      assertThat(health.available()).isTrue();
      probes.add(health.began());
    }
    assertThat(health.available()).isFalse();
    assertThat(health.began()).isEqualTo(Health.REFUSED);

    health.cancelled(probes.get(0));
    probes.set(0, health.began());
    assertThat(probes.get(0)).isNotEqualTo(Health.REFUSED);
    probes.forEach(probe -> health.succeeded(probe, 1));

    assertThat(health.shown().state()).isEqualTo("closed");
  }

  @Test
  void shouldOpenForTwiceAsLongWhenTheProbesFailToo() {
    fail(4);
    now.addAndGet(Duration.ofSeconds(5).toNanos());
    fail(3);
    assertThat(health.restsFor()).isEqualTo(Duration.ofSeconds(10));
    now.addAndGet(Duration.ofSeconds(10).toNanos());
    succeed(3, Duration.ofMillis(1));
    fail(4);
    assertThat(health.restsFor()).isEqualTo(Duration.ofSeconds(5));
  }

  @Test
  void shouldNotListenToCallsOfAnEarlierState() {
    long early = health.began();
    fail(4);
    now.addAndGet(Duration.ofSeconds(5).toNanos());
    long probe = health.began();
    health.failed(early, DOWN, 1, 0);
    health.succeeded(probe, 1);
    succeed(2, Duration.ofMillis(1));
    assertThat(health.shown().state()).isEqualTo("closed");
  }

  @Test
  void shouldProbeAnewWhenProbesWereLost() {
    fail(4);
    now.addAndGet(Duration.ofSeconds(5).toNanos());
    for (int i = 0; i < 3; i++) {
      health.began();
    }
    assertThat(health.available()).isFalse();
    now.addAndGet(Duration.ofSeconds(100).toNanos());
    assertThat(health.available()).isTrue();
    assertThat(health.began()).isNotEqualTo(Health.REFUSED);
  }

  /// Calls that nobody else can answer, for some seconds at a rate.
  ///
  /// @return the share of them that went through
  private double insist(Random random, int aSecond, int seconds, double failing) {
    int went = 0;
    for (int i = 0; i < aSecond * seconds; i++) {
      now.addAndGet(1_000_000_000L / aSecond);
      long permit = health.despite(random.nextDouble());
      if (permit == Health.REFUSED) {
        continue;
      }
      went++;
      if (random.nextDouble() < failing) {
        health.failed(permit, DOWN, 1, 0);
      } else {
        health.succeeded(permit, 1);
      }
    }
    return (double) went / (aSecond * seconds);
  }

  @Test
  void shouldAskATargetThatFailsATimeInThreeWhenNobodyElseCanBeAsked() {
    Random random = new Random(1);
    succeed(4, Duration.ofMillis(1));
    fail(4);
    assertThat(health.began()).isEqualTo(Health.REFUSED);
    assertThat(insist(random, 500, 10, 0.34)).isGreaterThan(0.98);
    assertThat(insist(random, 500, 10, 0.4)).isGreaterThan(0.98);
  }

  @Test
  void shouldAskADeadTargetFewTimesAndComeBackInSecondsHoweverLongItWasDead() {
    Random random = new Random(1);
    fail(4);
    insist(random, 500, 10, 1);
    assertThat(insist(random, 500, 60, 1)).isBetween(0.001, 0.05);
    insist(random, 500, 10, 0);
    assertThat(insist(random, 500, 1, 0)).isEqualTo(1);
  }

  @Test
  void shouldNotSendMoreThanAFewToATargetThatIsSilentWhileTheyWait() {
    Random random = new Random(1);
    fail(4);
    int went = 0;
    for (int i = 0; i < 5_000; i++) {
      now.addAndGet(Duration.ofMillis(10).toNanos());
      went += health.despite(random.nextDouble()) == Health.REFUSED ? 0 : 1;
    }
    assertThat(went).isLessThan(150);
    assertThat(health.inFlight()).isEqualTo(went);
  }

  /// Against a plain model of what the breaker promises, over random calls that begin, end in any
  /// order and are cancelled, while time passes.
  @RepeatedTest(20)
  void shouldDoAsItsModelWhateverHappens(RepetitionInfo repetition) {
    Random random = new Random(repetition.getCurrentRepetition());
    Breaker breaker = new Breaker(RULE, now::get);
    Model model = new Model();
    List<Long> running = new ArrayList<>();
    for (int i = 0; i < 5_000; i++) {
      now.addAndGet(random.nextLong(Duration.ofMillis(400).toNanos()));
      int kind = random.nextInt(100);
      if (kind < 50 || running.isEmpty()) {
        assertThat(breaker.permits()).as("step %d", i).isEqualTo(model.permits(now.get()));
        long permit = breaker.begin();
        assertThat(permit != Breaker.REFUSED).isEqualTo(model.begin(now.get()));
        if (permit != Breaker.REFUSED) {
          running.add(permit);
          model.phases.add(model.phase);
        }
      } else {
        int which = random.nextInt(running.size());
        long permit = running.remove(which);
        long phase = model.phases.remove(which);
        if (kind < 60) {
          breaker.forgotten(permit);
          model.forgotten(phase);
        } else {
          boolean failed = random.nextInt(100) < (i / 500 % 2 == 0 ? 70 : 10);
          breaker.ended(permit, failed, false);
          model.ended(phase, failed, now.get());
        }
      }
      assertThat(breaker.state().name()).isEqualTo(model.state);
    }
  }

  /// Slow and obvious.
  private static final class Model {
    String state = "CLOSED";
    long phase;
    long since;
    long rest = RULE.open().toNanos();
    int probes;
    int ended;
    final Deque<Boolean> window = new ArrayDeque<>();
    final List<Long> phases = new ArrayList<>();

    boolean permits(long at) {
      return switch (state) {
        case "CLOSED" -> true;
        case "OPEN" -> at - since >= rest;
        default -> probes < RULE.probes() || at - since >= RULE.open().toNanos() * 20;
      };
    }

    boolean begin(long at) {
      if (!permits(at)) {
        return false;
      }
      if (state.equals("OPEN") || (state.equals("HALF_OPEN") && probes == RULE.probes())) {
        become("HALF_OPEN", at);
        probes = 0;
        ended = 0;
      }
      probes += state.equals("HALF_OPEN") ? 1 : 0;
      return true;
    }

    void forgotten(long of) {
      probes -= of == phase && state.equals("HALF_OPEN") ? 1 : 0;
    }

    void ended(long of, boolean failed, long at) {
      if (of != phase) {
        return;
      }
      window.addLast(failed);
      if (window.size() > RULE.window()) {
        window.removeFirst();
      }
      double rate = window.stream().filter(f -> f).count() / (double) window.size();
      if (state.equals("HALF_OPEN")) {
        ended++;
        if (ended == RULE.probes()) {
          if (rate >= 0.5) {
            rest = Math.min(rest * 2, RULE.open().toNanos() * 32);
            become("OPEN", at);
          } else {
            rest = RULE.open().toNanos();
            become("CLOSED", at);
          }
        }
      } else if (window.size() >= RULE.least() && rate >= 0.5) {
        become("OPEN", at);
      }
    }

    private void become(String next, long at) {
      state = next;
      since = at;
      phase++;
      window.clear();
    }
  }
}
