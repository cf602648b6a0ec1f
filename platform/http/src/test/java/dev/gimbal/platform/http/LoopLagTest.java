package dev.gimbal.platform.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LoopLagTest {
  @Test
  void shouldSeeThatALoopWasHeldUp() throws Exception {
    Vertx vertx = Vertx.vertx();
    CountDownLatch release = new CountDownLatch(1);
    try (LoopLag lag = LoopLag.start(vertx, Duration.ofMillis(5))) {
      vertx.runOnContext(
          go -> {
            try {
              boolean released = release.await(100, TimeUnit.MILLISECONDS);
              assert !released;
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
          });

      TestServer.await(
          "the lag is seen",
          () -> Arrays.stream(lag.takeWorstNanos()).max().orElse(0) > 80_000_000L);
      assertThat(lag.takeWorstNanos()).isNotEmpty();
    } finally {
      vertx.close().await();
    }
  }
}
