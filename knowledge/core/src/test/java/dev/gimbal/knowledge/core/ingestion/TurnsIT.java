package dev.gimbal.knowledge.core.ingestion;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gimbal.platform.database.testing.TestDatabase;
import dev.gimbal.platform.ids.TenantId;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class TurnsIT {
  private static final TenantId TENANT = new TenantId(new UUID(1, 1));

  @Test
  void shouldHoldNoMoreTransactionsAtOnceThanItWasGivenAndRunThemAll() throws Exception {
    AtomicInteger running = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    CountDownLatch two = new CountDownLatch(2);
    try (TestDatabase database = TestDatabase.fresh();
        ExecutorService threads = Executors.newFixedThreadPool(8)) {
      Turns turns = new Turns(database, 2);
      List<Future<Integer>> ends = new ArrayList<>();
      for (int one = 0; one < 8; one++) {
        ends.add(
            threads.submit(
                () ->
                    turns.inTransaction(
                        TENANT,
                        tx -> {
                          most.accumulateAndGet(running.incrementAndGet(), Math::max);
                          two.countDown();
                          try {
                            // Nobody ends before two are inside: both turns are really used.
                            assertThat(two.await(30, TimeUnit.SECONDS)).isTrue();
                            return tx.handle().createQuery("SELECT 1").mapTo(Integer.class).one();
                          } catch (InterruptedException e) {
                            throw new IllegalStateException(e);
                          } finally {
                            running.decrementAndGet();
                          }
                        })));
      }
      for (Future<Integer> end : ends) {
        assertThat(end.get(60, TimeUnit.SECONDS)).isOne();
      }
    }
    assertThat(most).hasValue(2);
  }
}
