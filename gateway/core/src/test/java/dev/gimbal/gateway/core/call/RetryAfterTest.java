package dev.gimbal.gateway.core.call;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gimbal.platform.time.FakeClock;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RetryAfterTest {
  private final FakeClock clock = new FakeClock(Instant.parse("2026-11-22T10:00:00Z"));

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0|PT0S",
        " 7 |PT7S",
        "3600|PT1H",
        "86400|PT1H",
        "999999999999999999|PT1H",
        "Sun, 22 Nov 2026 10:00:30 GMT|PT30S",
        "Sun, 22 Nov 2099 10:00:00 GMT|PT1H",
      })
  void shouldHandOnSecondsAndDatesAndCapAbsurdOnes(String header, Duration wait) {
    assertThat(RetryAfter.parse(header, clock)).isEqualTo(wait);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "soon", "-5", "1.5", "1e3", "Sun, 22 Nov 2026 09:59:59 GMT"})
  void shouldTakeWhatIsNoTimeToComeForUnknown(String header) {
    assertThat(RetryAfter.parse(header, clock)).isNull();
  }

  @Test
  void shouldTakeAMissingHeaderForUnknown() {
    assertThat(RetryAfter.parse(null, clock)).isNull();
  }
}
