package dev.gimbal.gateway.core.call;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.lang.ref.WeakReference;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BeatsTest {
  private final Vertx vertx = Vertx.vertx();

  @AfterEach
  void close() {
    vertx.close().await();
  }

  @Test
  void shouldLookUntilItStopsAndLookAtOthersWhenOneStopsInItsTurn() throws Exception {
    AtomicInteger looks = new AtomicInteger();
    AtomicInteger afterwards = new AtomicInteger();
    CountDownLatch twice = new CountDownLatch(2);
    onLoop(
        () -> {
          Beats.watch(vertx, 20, twice::countDown);
          List<Beats.Watch> once = new ArrayList<>();
          once.add(
              Beats.watch(
                  vertx,
                  20,
                  () -> {
                    looks.incrementAndGet();
                    once.getFirst().stop();
                  }));
          Beats.Watch never = Beats.watch(vertx, 20, afterwards::incrementAndGet);
          never.stop();
          never.stop();
        });
    assertThat(twice.await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(looks).hasValue(1);
    assertThat(afterwards).hasValue(0);
  }

  @Test
  void shouldBeginAnewAfterNobodyWatched() throws Exception {
    for (int round = 0; round < 3; round++) {
      CountDownLatch seen = new CountDownLatch(1);
      CountDownLatch idle = new CountDownLatch(1);
      onLoop(
          () -> {
            List<Beats.Watch> own = new ArrayList<>();
            own.add(
                Beats.watch(
                    vertx,
                    20,
                    () -> {
                      seen.countDown();
                      own.getFirst().stop();
                      vertx.setTimer(30, id -> idle.countDown());
                    }));
          });
      assertThat(seen.await(10, TimeUnit.SECONDS)).isTrue();
      assertThat(idle.await(10, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void shouldKeepNothingOfThoseThatStoppedThroughOneThatStoppedEarlier() throws Exception {
    List<Beats.Watch> old = new ArrayList<>();
    List<WeakReference<Object>> later = new ArrayList<>();
    onLoop(
        () -> {
          Beats.Watch before = Beats.watch(vertx, 1_000, () -> {});
          for (int call = 0; call < 10; call++) {
            Object held = new Object();
            later.add(new WeakReference<>(held));
            Beats.Watch next = Beats.watch(vertx, 1_000, () -> assertThat(held).isNotNull());
            before.stop();
            old.add(before);
            before = next;
          }
          before.stop();
        });
    old.subList(1, old.size()).clear();

    Instant until = Instant.now().plusSeconds(10);
    while (later.stream().anyMatch(one -> one.get() != null) && Instant.now().isBefore(until)) {
      System.gc();
    }

    assertThat(later).allMatch(one -> one.get() == null);
    assertThat(old).hasSize(1);
  }

  @Test
  void shouldLookAtTheRestWhenOneStopsTheNextTwo() throws Exception {
    CountDownLatch last = new CountDownLatch(3);
    AtomicInteger stopped = new AtomicInteger();
    onLoop(
        () -> {
          Beats.watch(vertx, 20, last::countDown);
          Beats.Watch third = Beats.watch(vertx, 20, stopped::incrementAndGet);
          Beats.Watch second = Beats.watch(vertx, 20, stopped::incrementAndGet);
          Beats.watch(
              vertx,
              20,
              () -> {
                second.stop();
                third.stop();
              });
        });
    assertThat(last.await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(stopped).hasValue(0);
  }

  private final Context loop = vertx.getOrCreateContext();

  private void onLoop(Runnable work) throws Exception {
    CompletableFuture<Void> done = new CompletableFuture<>();
    loop.runOnContext(
        v -> {
          work.run();
          done.complete(null);
        });
    done.get(10, TimeUnit.SECONDS);
  }
}
