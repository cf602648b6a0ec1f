package dev.gimbal.gateway.routing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gimbal.gateway.routing.Credentials.Busy;
import dev.gimbal.gateway.routing.Credentials.Gone;
import dev.gimbal.gateway.routing.Credentials.Lease;
import dev.gimbal.gateway.routing.Credentials.Limits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CredentialsTest {
  private final AtomicLong now = new AtomicLong(-5_000_000_000L);
  private final Credentials credentials = new Credentials(now::get);

  private Lease take(@Nullable String pinned) {
    return (Lease) credentials.take("m", 10, pinned);
  }

  private Busy busy() {
    return (Busy) credentials.take("m", 10, null);
  }

  private void pass(Duration time) {
    now.addAndGet(time.toNanos());
  }

  @Test
  void shouldTakeTheLeastUsed() {
    credentials.declare(List.of(new Limits("a", 100, null, null), new Limits("b", 10, null, null)));
    Map<String, Integer> counts = new HashMap<>();
    for (int i = 0; i < 110; i++) {
      Lease lease = take(null);
      counts.merge(lease.name(), 1, Integer::sum);
      lease.close(null, null);
      if (i == 54) {
        assertThat(counts).containsEntry("a", 50).containsEntry("b", 5);
      }
    }
    assertThat(busy().limited()).isTrue();
  }

  @Test
  void shouldNeverLetMoreThanTheLimitIntoAnyMinute() {
    credentials.declare(List.of(new Limits("a", 30, null, null)));
    Random random = new Random(5);
    List<Long> taken = new ArrayList<>();
    for (int i = 0; i < 5_000; i++) {
      now.addAndGet(random.nextLong(Duration.ofMillis(900).toNanos()));
      if (credentials.take("m", 10, null) instanceof Lease lease) {
        taken.add(now.get());
        lease.close(null, null);
      }
    }
    for (int i = 30; i < taken.size(); i++) {
      assertThat(taken.get(i) - taken.get(i - 30)).isGreaterThanOrEqualTo(60_000_000_000L);
    }
    assertThat(taken.size()).isGreaterThan(30 * 35);
  }

  @Test
  void shouldSayWhenItHasRoomAgain() {
    credentials.declare(List.of(new Limits("a", 1, null, null)));
    take(null).close(null, null);
    Duration wait = busy().retryAfter();
    assertThat(wait).isBetween(Duration.ofSeconds(60), Duration.ofSeconds(61));
    pass(wait.minusNanos(1));
    busy();
    pass(Duration.ofNanos(1));
    take(null);
  }

  @Test
  void shouldCountTokensAsTheyWereAtLast() {
    credentials.declare(List.of(new Limits("a", null, 25L, null)));
    Lease first = take(null);
    take(null);
    busy();
    first.close(2L, null);
    take(null);
    busy();
  }

  @Test
  void shouldLetACallLargerThanTheLimitGoAlone() {
    credentials.declare(List.of(new Limits("a", null, 5L, null)));
    take(null).close(null, null);
    busy();
    pass(Duration.ofSeconds(61));
    take(null);
  }

  @Test
  void shouldBoundParallelCalls() {
    credentials.declare(List.of(new Limits("a", null, null, 1)));
    Lease lease = take(null);
    busy();
    lease.close(null, null);
    lease.close(null, null);
    take(null);
    busy();
  }

  @Test
  void shouldRestAModelAfterA429AndTheWholeCredentialAfterA401() {
    credentials.declare(List.of(Limits.none("a"), Limits.none("b")));
    Lease limited = take("a");
    limited.close(null, Failure.status(429, Duration.ofSeconds(20)));
    assertThat(take(null).name()).isEqualTo("b");
    assertThat(credentials.take("other", 10, "a")).isInstanceOf(Lease.class);
    assertThat(credentials.others("b", "m", 1)).isFalse();
    Lease refused = take("b");
    refused.close(null, Failure.status(401, null));
    assertThat(busy().retryAfter()).isEqualTo(Duration.ofSeconds(20));
    pass(Duration.ofSeconds(20));
    assertThat(take(null).name()).isEqualTo("a");
    assertThat(credentials.take("other", 10, "b"))
        .isEqualTo(new Busy(Duration.ofSeconds(40), false));
  }

  @Test
  void shouldHonourAPinnedCredentialOrRefuse() {
    credentials.declare(List.of(Limits.none("a"), new Limits("b", 1, null, null)));
    assertThat(take("b").name()).isEqualTo("b");
    assertThat(credentials.take("m", 10, "b")).isInstanceOf(Busy.class);
    credentials.declare(List.of(Limits.none("a")));
    assertThat(credentials.take("m", 10, "b")).isEqualTo(new Gone("b"));
  }

  @Test
  void shouldKeepWhatWasUsedWhenTheyAreDeclaredAnew() {
    credentials.declare(List.of(new Limits("a", 2, null, null)));
    take(null);
    credentials.declare(List.of(Limits.none("new"), new Limits("a", 1, null, null)));
    assertThat(credentials.take("m", 10, "a")).isInstanceOf(Busy.class);
    assertThat(credentials.shown().get(1).inFlight()).isEqualTo(1);
  }
}
