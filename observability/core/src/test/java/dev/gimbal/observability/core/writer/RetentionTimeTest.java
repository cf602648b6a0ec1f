package dev.gimbal.observability.core.writer;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

final class RetentionTimeTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  @Test
  void shouldGoWithAClockThatGoesDayByDay() {
    RetentionTime time = RetentionTime.first(START);
    for (int day = 1; day < 100; day++) {
      time = time.at(START.plus(Duration.ofDays(day)));
      assertThat(time.believed()).isEqualTo(START.plus(Duration.ofDays(day)));
      assertThat(time.doubts()).isFalse();
    }
  }

  @Test
  void shouldNotAgeForAClockThatLeapsAheadAndComesBack() {
    RetentionTime leapt = RetentionTime.first(START).at(START.plus(Duration.ofDays(400)));

    assertThat(leapt.believed()).isEqualTo(START);
    assertThat(leapt.doubts()).isTrue();
    assertThat(leapt.at(START.plus(Duration.ofDays(400)).plusSeconds(3600)).believed())
        .as("an hour later")
        .isEqualTo(START);

    RetentionTime back = leapt.at(START.plusSeconds(60));
    assertThat(back.doubts()).isFalse();
    assertThat(back.at(START.plus(Duration.ofDays(400))).believed())
        .as("leapt again, and for the first time")
        .isEqualTo(START.plusSeconds(60));
  }

  @Test
  void shouldBelieveAClockThatStaysAhead() {
    Instant leap = START.plus(Duration.ofDays(60));
    RetentionTime time = RetentionTime.first(START).at(leap);

    assertThat(time.at(leap.plus(Duration.ofHours(19))).believed()).isEqualTo(START);
    assertThat(time.at(leap.plus(Duration.ofHours(20))))
        .isEqualTo(RetentionTime.first(leap.plus(Duration.ofHours(20))));
  }

  @Test
  void shouldWaitAnewWhenTheClockThatIsDoubtedGoesBackALittle() {
    Instant leap = START.plus(Duration.ofDays(60));
    RetentionTime time = RetentionTime.first(START).at(leap).at(leap.minusSeconds(7200));

    assertThat(time.at(leap.plus(Duration.ofHours(17))).doubts()).isTrue();
    assertThat(time.at(leap.plus(Duration.ofHours(18))).doubts()).isFalse();
  }
}
