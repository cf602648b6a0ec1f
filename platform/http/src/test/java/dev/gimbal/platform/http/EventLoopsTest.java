package dev.gimbal.platform.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetServer;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class EventLoopsTest {
  private static final long BURNT_NANOS = 40_000_000;
  private static final long WAIT_MS = 150;

  private final List<Held> held = new CopyOnWriteArrayList<>();
  private final List<Long> late = new CopyOnWriteArrayList<>();
  private final Set<Integer> probed = new ConcurrentSkipListSet<>();

  private record Held(int loop, long nanos, String by) {}

  private final LoopWatcher watcher =
      new LoopWatcher() {
        @Override
        public void late(int loop, long nanos) {
          probed.add(loop);
          late.add(nanos);
        }

        @Override
        public void held(int loop, long processorNanos, String by) {
          held.add(new Held(loop, processorNanos, by));
        }
      };

  @Test
  void shouldTellWhichTaskUsedItsLoopsProcessor() throws Exception {
    try (EventLoops loops = EventLoops.start(2)) {
      loops.watch(watcher, Duration.ofMillis(5));

      loops.vertx().runOnContext(go -> burn());

      TestServer.await("the task is told of", () -> longest() >= BURNT_NANOS);
      assertThat(held).allSatisfy(one -> assertThat(one.by()).isNotBlank());
    }
  }

  @Test
  void shouldTellOfAHandlerOfAConnectionThatUsedItsLoopsProcessor() throws Exception {
    try (EventLoops loops = EventLoops.start(1)) {
      Vertx vertx = loops.vertx();
      NetServer server =
          vertx
              .createNetServer()
              .connectHandler(socket -> socket.handler(bytes -> burn()))
              .listen(0, "127.0.0.1")
              .await(10, TimeUnit.SECONDS);
      NetClient client = vertx.createNetClient();
      loops.watch(watcher, Duration.ofMillis(5));

      client
          .connect(server.actualPort(), "127.0.0.1")
          .await(10, TimeUnit.SECONDS)
          .write(Buffer.buffer("x"))
          .await(10, TimeUnit.SECONDS);

      TestServer.await("the handler is told of", () -> longest() >= BURNT_NANOS);
      assertThat(held)
          .filteredOn(one -> one.nanos() >= BURNT_NANOS)
          .allSatisfy(one -> assertThat(one.by()).contains("Channel"));
    }
  }

  @Test
  void shouldCountWaitingAsLagOfTheLoopAndNotAsItsProcessorTime() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    CountDownLatch begun = new CountDownLatch(1);
    try (EventLoops loops = EventLoops.start(1)) {
      loops.vertx().runOnContext(go -> begun.countDown());
      begun.await();
      loops.watch(watcher, Duration.ofMillis(5));

      loops
          .vertx()
          .runOnContext(
              go -> {
                try {
                  boolean released = never.await(WAIT_MS, TimeUnit.MILLISECONDS);
                  assert !released;
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                }
              });

      TestServer.await(
          "the lag is told",
          () -> late.stream().anyMatch(nanos -> nanos > (WAIT_MS - 20) * 1_000_000));
      assertThat(longest()).isLessThan(WAIT_MS * 1_000_000 / 2);
    }
  }

  @Test
  void shouldProbeEachLoop() throws Exception {
    try (EventLoops loops = EventLoops.start(3)) {
      loops.watch(watcher, Duration.ofMillis(5));

      TestServer.await("each loop is probed", () -> probed.equals(Set.of(0, 1, 2)));
    }
  }

  private long longest() {
    return held.stream().mapToLong(Held::nanos).max().orElse(0);
  }

  private static void burn() {
    long until = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() + BURNT_NANOS;
    while (ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() < until) {
      Thread.onSpinWait();
    }
  }

  /// Linux from 6.12 on says how long a thread's turn is; elsewhere there is nothing to see.
  @Test
  void shouldHaveShortTurns() throws Exception {
    try (EventLoops loops = EventLoops.start(2)) {
      CompletableFuture<Long> granted = new CompletableFuture<>();
      loops
          .vertx()
          .getOrCreateContext()
          .runOnContext(
              nothing -> {
                try {
                  granted.complete(ShortTurns.granted());
                } catch (Throwable e) {
                  granted.completeExceptionally(e);
                }
              });

      long nanos = granted.get(10, TimeUnit.SECONDS);
      assumeThat(nanos).isPositive();
      assertThat(nanos).isEqualTo(ShortTurns.NANOS);
    }
  }
}
