package dev.gimbal.gateway.routing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gimbal.gateway.routing.Retries.Decision;
import dev.gimbal.gateway.routing.Retries.Failed;
import dev.gimbal.gateway.routing.Retries.Others;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RetriesTest {
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final Others NONE = new Others(false, false);
  private static final Others ALL = new Others(true, true);
  private static final Others TARGET = new Others(false, true);

  private final AtomicLong now = new AtomicLong();
  private final Retries retries = new Retries(new Random(3));
  private final RetryBudget budget = new RetryBudget(now::get);

  private Decision after(Failure failure, boolean begun, Others others) {
    return retries.after(new Failed(1, failure, begun, MINUTE, others, 2), budget);
  }

  private static Failure status(int status) {
    return Failure.status(status, null);
  }

  @Test
  void shouldNeverTryAgainAfterTheFirstByte() {
    assertThat(after(Failure.brokeOff(), true, ALL)).isEqualTo(new Decision.GiveUp(null));
    assertThat(after(status(429), true, ALL)).isEqualTo(new Decision.GiveUp(null));
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 404, 405, 410, 413, 415, 422, 499})
  void shouldNotTryAgainWhatIsTheCallersFault(int status) {
    assertThat(after(status(status), false, ALL)).isEqualTo(new Decision.GiveUp(null));
    assertThat(after(Failure.inBand(status), false, ALL)).isEqualTo(new Decision.GiveUp(null));
  }

  @ParameterizedTest
  @ValueSource(ints = {408, 409, 500, 502, 503, 504, 529})
  void shouldAskTheNextTargetAtOnceAndTheSameOnlyWhenNoneIsLeft(int status) {
    assertThat(after(status(status), false, TARGET)).isEqualTo(new Decision.Next());
    assertThat(after(status(status), false, NONE)).isInstanceOf(Decision.Same.class);
  }

  @Test
  void shouldTakeAnotherCredentialFirstWhereOursIsLimitedOrRefused() {
    Decision elsewhere = new Decision.Same(Duration.ZERO, true);
    assertThat(after(status(429), false, ALL)).isEqualTo(elsewhere);
    assertThat(after(status(401), false, ALL)).isEqualTo(elsewhere);
    assertThat(after(status(429), false, TARGET)).isEqualTo(new Decision.Next());
    assertThat(after(status(403), false, TARGET)).isEqualTo(new Decision.Next());
    assertThat(after(status(401), false, NONE)).isEqualTo(new Decision.GiveUp(null));
  }

  @Test
  void shouldObeyRetryAfterCapItAndNotWaitBeyondTheDeadline() {
    Failure soon = Failure.status(503, Duration.ofSeconds(7));
    assertThat(after(soon, false, NONE)).isEqualTo(new Decision.Same(Duration.ofSeconds(7), false));
    Failure absurd = Failure.status(429, Duration.ofDays(30));
    assertThat(after(absurd, false, NONE)).isEqualTo(new Decision.GiveUp(Retries.LONGEST_WAIT));
  }

  @Test
  void shouldNotAskTheSameTargetAgainAfterATimeoutOrTooOften() {
    assertThat(after(Failure.timedOut(), false, NONE)).isEqualTo(new Decision.GiveUp(null));
    assertThat(after(Failure.timedOut(), false, TARGET)).isEqualTo(new Decision.Next());
    Failed third = new Failed(3, Failure.connect(), false, MINUTE, NONE, 2);
    assertThat(retries.after(third, budget)).isEqualTo(new Decision.GiveUp(null));
  }

  @Test
  void shouldPauseAtRandomUpToATimeThatDoubles() {
    for (int asked = 1; asked <= 6; asked++) {
      long most = Math.min(200L << (asked - 1), 10_000);
      long longest = 0;
      for (int i = 0; i < 500; i++) {
        longest = Math.max(longest, retries.pause(asked).toMillis());
      }
      assertThat(longest).isBetween(most * 9 / 10, most);
    }
  }

  @Test
  void shouldAddAtMostAFifthToTheLoadWhenEverythingFails() {
    int again = 0;
    for (int i = 0; i < 10_000; i++) {
      now.addAndGet(1_000_000);
      budget.deposit();
      again += budget.withdraw() ? 1 : 0;
    }
    // A fifth of 10,000, two for each of the 10 seconds, and what lay there at the start.
    assertThat(again).isBetween(2_000, 2_000 + 20 + 10);
  }

  @Test
  void shouldKeepAFewRetriesForQuietTimes() {
    while (budget.withdraw()) {
      now.addAndGet(1);
    }
    now.addAndGet(Duration.ofSeconds(1).toNanos());
    assertThat(budget.withdraw()).isTrue();
    assertThat(budget.withdraw()).isTrue();
    assertThat(budget.withdraw()).isFalse();
  }
}
