package dev.gimbal.gateway.core.call;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class StandstillTest {
  private static final long MILLI = 1_000_000;

  private final Standstill standstill = new Standstill(500 * MILLI, -7);

  @Test
  void shouldTellHowLongALoopStoodStillAndNothingWhenItLooksInTime() {
    assertThat(standstill.since(500 * MILLI)).isZero();
    assertThat(standstill.since(1_020 * MILLI)).isZero();
    assertThat(standstill.since(4_520 * MILLI)).isEqualTo(3_000 * MILLI);
    assertThat(standstill.since(5_020 * MILLI)).isZero();
  }

  /// An upstream that is given five seconds has them all, however slow our own loop turns.
  @Test
  void shouldLeaveAnUpstreamItsTimeWhileTheLoopTurnsOnceASecond() {
    long asked = 0;
    int looks = 0;
    for (long now = 0; now - asked <= 5_000 * MILLI; now += 1_000 * MILLI) {
      asked += standstill.since(now);
      looks++;
    }
    assertThat(looks).isGreaterThan(9);
  }
}
