package dev.gimbal.gateway.core.limit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gimbal.platform.time.FakeClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class RequestLimiterTest {
  private final FakeClock clock = new FakeClock(Instant.EPOCH);
  private final RequestLimiter limiter = new RequestLimiter(clock);
  private final UUID key = UUID.randomUUID();

  @Test
  void shouldLetNoMinuteHoldMoreThanTheLimit() {
    Random random = new Random(7);
    Deque<Long> admitted = new ArrayDeque<>();
    int refused = 0;
    for (int i = 0; i < 20_000; i++) {
      clock.advance(Duration.ofMillis(random.nextInt(2_000)));
      long now = clock.millis();
      admitted.removeIf(time -> now - time >= 60_000);
      boolean allowed = limiter.take(key, 37).allowed();
      assertThat(allowed).isEqualTo(admitted.size() < 37);
      if (allowed) {
        admitted.add(now);
      } else {
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(1_000);
  }

  @Test
  void shouldSayWhenTheNextOneIsLetIn() {
    limiter.take(key, 2);
    clock.advance(Duration.ofSeconds(10));
    limiter.take(key, 2);

    RequestLimiter.Decision refused = limiter.take(key, 2);
    assertThat(refused.allowed()).isFalse();
    assertThat(refused.pause()).isEqualTo(Duration.ofSeconds(50));

    clock.advance(refused.pause().minusMillis(1));
    assertThat(limiter.take(key, 2).allowed()).isFalse();
    clock.advance(Duration.ofMillis(1));
    assertThat(limiter.take(key, 2).allowed()).isTrue();
  }

  @Test
  void shouldCountEachPrincipalApart() {
    assertThat(limiter.take(key, 1).allowed()).isTrue();
    assertThat(limiter.take(key, 1).allowed()).isFalse();
    assertThat(limiter.take(UUID.randomUUID(), 1).allowed()).isTrue();
  }

  @Test
  void shouldFollowALimitThatChanges() {
    limiter.take(key, 3);
    limiter.take(key, 3);
    assertThat(limiter.take(key, 1).allowed()).isFalse();
    assertThat(limiter.take(key, 3).allowed()).isTrue();
  }
}
