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
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/// Measures what a call costs in the ledger: `LedgerCost IN_FLIGHT CALLS`. Nobody blocks: a call is
/// settled where its opening completes, and the next one is opened where that completes, as on
/// event loops; so the ledger's threads also make the records and ids. Prints the processor time of
/// each thread a call, the waiting for open and settle, and calls a second. Asserts nothing; run by
/// hand.
public final class LedgerCost {
  private static final int WARM_UP = 50_000;

  private final Clock clock = Clock.systemUTC();
  private final Ids ids = new TimeOrderedIds(clock);
  private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
  private final AtomicLong refused = new AtomicLong();

  public static void main(String[] arguments) throws Exception {
    new LedgerCost().run(Integer.parseInt(arguments[0]), Integer.parseInt(arguments[1]));
    System.exit(0);
  }

  private void run(int inFlight, int calls) throws Exception {
    Path directory = Files.createTempDirectory("ledger-cost");
    try (TestDatabase database = TestDatabase.fresh();
        Observability room =
            ObservabilityModule.create(ObservabilityConfig.in(directory), database, clock, ids)) {
      room.start();
      new Round(room.ledger(), WARM_UP).run(inFlight);
      Map<String, Long> before = processorTime();
      Round round = new Round(room.ledger(), calls);
      long took = round.run(inFlight);
      print(before, round, took);
    }
  }

  private final class Round {
    private final Ledger ledger;
    private final long[] opening;
    private final long[] settling;
    private final AtomicInteger next = new AtomicInteger();
    private final CountDownLatch done;

    Round(Ledger ledger, int calls) {
      this.ledger = ledger;
      this.opening = new long[calls];
      this.settling = new long[calls];
      this.done = new CountDownLatch(calls);
    }

    long run(int inFlight) throws InterruptedException {
      long start = System.nanoTime();
      for (int call = 0; call < inFlight; call++) {
        one();
      }
      done.await();
      long took = System.nanoTime() - start;
      ledger.flushed().toCompletableFuture().join();
      return took;
    }

    private void one() {
      int at = next.getAndIncrement();
      if (at >= opening.length) {
        return;
      }
      CallOpened call = Records.opened(TenantId.FIRST, ids.next(), 5L, clock.instant());
      long begun = System.nanoTime();
      ledger.open(call).whenComplete((opened, full) -> settle(at, call, begun, full == null));
    }

    private void settle(int at, CallOpened call, long begun, boolean taken) {
      long ending = System.nanoTime();
      opening[at] = ending - begun;
      if (!taken) {
        refused.incrementAndGet();
      }
      ledger
          .settle(Records.settled(call, Outcome.SUCCEEDED, 3L, clock.instant()))
          .whenComplete(
              (settled, failed) -> {
                settling[at] = System.nanoTime() - ending;
                done.countDown();
                one();
              });
    }
  }

  private void print(Map<String, Long> before, Round round, long took) {
    Map<String, Long> after = processorTime();
    int calls = round.opening.length;
    System.out.printf("calls a second  %,.0f, refused %d%n", calls / (took / 1e9), refused.get());
    for (String name : List.of("ledger-journal", "ledger-sync", "ledger-writer")) {
      long nanos = after.getOrDefault(name, 0L) - before.getOrDefault(name, 0L);
      System.out.printf("%-15s %.2f us a call%n", name, nanos / 1e3 / calls);
    }
    System.out.printf(
        "open   P50 %s P99 %s%n", part(round.opening, 0.5), part(round.opening, 0.99));
    System.out.printf(
        "settle P50 %s P99 %s%n", part(round.settling, 0.5), part(round.settling, 0.99));
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
