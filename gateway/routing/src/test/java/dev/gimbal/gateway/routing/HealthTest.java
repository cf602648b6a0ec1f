package dev.gimbal.gateway.routing;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class HealthTest {
  private final AtomicLong now = new AtomicLong(1);
  private final Health health = new Health(HealthRule.DEFAULT, now::get);

  @Test
  void shouldShowTheLatencyThatWasMeasuredLastAlthoughItFadesForTheChoiceOfTargets() {
    assertThat(health.shown().latencyNanos()).isZero();
    long took = Duration.ofMillis(40).toNanos();
    health.succeeded(health.began(), took);

    now.addAndGet(Duration.ofMinutes(5).toNanos());

    assertThat(health.shown().latencyNanos()).isEqualTo(took);
    assertThat(health.latencyNanos()).isLessThan((double) Duration.ofMillis(1).toNanos());
  }

  @Test
  void shouldNotTakeATargetForBrokenToWhichEveryConnectionOfOursIsTaken() {
    for (int call = 0; call < 200; call++) {
      health.failed(health.began(), Failure.crowded(), 1, 0);
    }

    assertThat(health.shown().state()).isEqualTo("closed");
    assertThat(health.shown().counted()).isZero();
    assertThat(health.shown().last())
        .extracting(last -> last.failure().text())
        .isEqualTo("crowded");
  }
}
