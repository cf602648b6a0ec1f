package dev.gimbal.observability.core;

import dev.gimbal.observability.api.CallOpened;
import dev.gimbal.observability.api.CallSettled.Outcome;
import dev.gimbal.observability.api.Ledger;
import dev.gimbal.observability.testing.Records;
import dev.gimbal.platform.database.testing.TestDatabase;
import dev.gimbal.platform.ids.Ids;
import dev.gimbal.platform.ids.TenantId;
import dev.gimbal.platform.ids.TimeOrderedIds;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;

/// Measures what a call costs in the ledger: `LedgerCost CALLERS CALLS [PAUSE_MICROS]`. Prints the
/// processor time of each thread a call, the waiting for open and settle, and calls a second. Run
/// by hand: it asserts nothing.
public final class LedgerCost {
  private final Clock clock = Clock.systemUTC();
  private final Ids ids = new TimeOrderedIds(clock);
  private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();

  public static void main(String[] arguments) throws Exception {
    int callers = Integer.parseInt(arguments[0]);
    int calls = Integer.parseInt(arguments[1]);
    long pause = arguments.length > 2 ? Long.parseLong(arguments[2]) * 1_000 : 0;
    new LedgerCost().run(callers, calls, pause);
    System.exit(0);
  }

  private void run(int callers, int calls, long pauseNanos) throws Exception {
    Path directory = Files.createTempDirectory("ledger-cost");
    try (TestDatabase database = TestDatabase.fresh();
        Observability room =
            ObservabilityModule.create(ObservabilityConfig.in(directory), database, clock, ids)) {
      room.start();
      measure(room.ledger(), callers, Math.max(calls / 4, 20_000), 0, false);
      measure(room.ledger(), callers, calls, pauseNanos, true);
    }
  }

  private void measure(Ledger ledger, int callers, int calls, long pause, boolean shown)
      throws Exception {
    Map<String, Long> before = processorTime();
    long[] opening = new long[calls];
    long[] settling = new long[calls];
    CountDownLatch done = new CountDownLatch(callers);
    long start = System.nanoTime();
    long[] ownNanos = new long[callers];
    for (int caller = 0; caller < callers; caller++) {
      int from = (int) ((long) calls * caller / callers);
      int until = (int) ((long) calls * (caller + 1) / callers);
      int at = caller;
      Thread.ofPlatform()
          .name("caller")
          .start(
              () -> {
                for (int call = from; call < until; call++) {
                  one(ledger, call, opening, settling);
                  if (pause > 0) {
                    LockSupport.parkNanos(pause);
                  }
                }
                ownNanos[at] = threads.getCurrentThreadCpuTime();
                done.countDown();
              });
    }
    done.await();
    long took = System.nanoTime() - start;
    ledger.flushed().toCompletableFuture().join();
    if (shown) {
      print(before, Arrays.stream(ownNanos).sum(), calls, took, opening, settling);
    }
  }

  private void one(Ledger ledger, int at, long[] opening, long[] settling) {
    CallOpened call = Records.opened(TenantId.FIRST, ids.next(), 5L, clock.instant());
    long begun = System.nanoTime();
    ledger.open(call).toCompletableFuture().join();
    opening[at] = System.nanoTime() - begun;
    long ending = System.nanoTime();
    ledger
        .settle(Records.settled(call, Outcome.SUCCEEDED, 3L, clock.instant()))
        .toCompletableFuture()
        .join();
    settling[at] = System.nanoTime() - ending;
  }

  private void print(
      Map<String, Long> before, long own, int calls, long took, long[] opening, long[] settling) {
    Map<String, Long> after = processorTime();
    System.out.printf("calls a second        %,.0f%n", calls / (took / 1e9));
    System.out.printf("callers               %.2f us a call%n", own / 1e3 / calls);
    for (String name : List.of("ledger-journal", "ledger-sync", "ledger-writer")) {
      long nanos = after.getOrDefault(name, 0L) - before.getOrDefault(name, 0L);
      System.out.printf("%-21s %.2f us a call%n", name, nanos / 1e3 / calls);
    }
    System.out.printf("open   P50 %s P99 %s%n", part(opening, 0.5), part(opening, 0.99));
    System.out.printf("settle P50 %s P99 %s%n", part(settling, 0.5), part(settling, 0.99));
  }

  private static Duration part(long[] nanos, double part) {
    long[] sorted = nanos.clone();
    Arrays.sort(sorted);
    return Duration.ofNanos(sorted[(int) (sorted.length * part)] / 1_000 * 1_000);
  }

  private Map<String, Long> processorTime() {
    Map<String, Long> nanos = new TreeMap<>();
    for (long id : threads.getAllThreadIds()) {
      var info = threads.getThreadInfo(id);
      if (info != null) {
        nanos.merge(info.getThreadName(), threads.getThreadCpuTime(id), Long::sum);
      }
    }
    return nanos;
  }
}
