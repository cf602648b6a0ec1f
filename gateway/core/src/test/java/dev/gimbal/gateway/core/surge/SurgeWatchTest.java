package dev.gimbal.gateway.core.surge;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SurgeWatchTest {
  private static final long DOLLAR = 1_000_000_000L;
  private static final Instant MONDAY = Instant.parse("2026-11-02T00:00:00Z");
  private final SurgeWatch watch = new SurgeWatch(SurgeRule.DEFAULT);
  private final Random random = new Random(7);
  private Instant at = MONDAY;

  /// Spends in four parts through the hour.
  private List<Surge> hour(double dollars) {
    List<Surge> surges = new ArrayList<>();
    for (int part = 0; part < 4; part++) {
      watch
          .spent(at.plus(Duration.ofMinutes(15L * part)), (long) (dollars / 4 * DOLLAR))
          .ifPresent(surges::add);
    }
    at = at.plus(Duration.ofHours(1));
    return surges;
  }

  /// By day 40 dollars an hour, by night 2, with noise of a tenth.
  private double usual() {
    int hour = (int) Duration.between(MONDAY, at).toHours() % 24;
    double base = hour >= 9 && hour < 18 ? 40 : 2;
    return base * (1 + 0.1 * random.nextGaussian());
  }

  private List<Surge> usualHours(int hours) {
    List<Surge> surges = new ArrayList<>();
    for (int i = 0; i < hours; i++) {
      surges.addAll(hour(usual()));
    }
    return surges;
  }

  @Test
  void shouldBeSilentOnADailyPatternOnceItKnowsIt() {
    usualHours(4 * 7 * 24);
    assertThat(usualHours(4 * 7 * 24)).isEmpty();
  }

  @Test
  void shouldTellASurgeByNightThatWouldBeNothingByDay() {
    usualHours(4 * 7 * 24);
    List<Surge> surges = hour(20);
    assertThat(surges).hasSize(1);
    assertThat(surges.getFirst().usualNano()).isBetween(DOLLAR, 3 * DOLLAR);
    assertThat(surges.getFirst().spentNano())
        .as("it is told while the hour runs")
        .isLessThan(20 * DOLLAR);
  }

  @Test
  void shouldTellAnEpisodeOnceAndTheNextOneAgain() {
    usualHours(4 * 7 * 24);
    List<Surge> first = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      first.addAll(hour(100));
    }
    assertThat(first).hasSize(1);
    assertThat(usualHours(20)).isEmpty();
    assertThat(hour(100)).hasSize(1);
  }

  @Test
  void shouldNotAlarmOfCentsNorBeforeItKnowsAnything() {
    assertThat(hour(1_000)).isEmpty();
    SurgeWatch small = new SurgeWatch(SurgeRule.DEFAULT);
    for (int i = 0; i < 100; i++) {
      assertThat(small.spent(MONDAY.plus(Duration.ofHours(i)), DOLLAR / 100)).isEmpty();
    }
    assertThat(small.spent(MONDAY.plus(Duration.ofHours(100)), DOLLAR)).isEmpty();
    assertThat(small.spent(MONDAY.plus(Duration.ofHours(100)), 6 * DOLLAR)).isPresent();
  }

  @Test
  void shouldComeToTermsWithALongSilence() {
    usualHours(100);
    at = at.plus(Duration.ofDays(3_000));
    assertThat(hour(1)).isEmpty();
    assertThat(hour(100)).hasSize(1);
  }
}
