package dev.gimbal.platform.process;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ChildPoolTest {
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final Duration SHORT = Duration.ofSeconds(3);

  private final ChildPool pool = pool(1, 10, Duration.ofMinutes(1), 1_000);

  @AfterEach
  void close() {
    pool.close();
  }

  @Test
  void shouldAnswerManyRequestsWithOneChildStartedWhenFirstNeeded() {
    assertThat(pool.started()).isZero();

    assertThat(call(pool, "a")).isEqualTo("a");
    assertThat(call(pool, "b")).isEqualTo("b");

    assertThat(pool.started()).isEqualTo(1);
  }

  @Test
  void shouldHandOnEachPartOfAnAnswer() {
    List<String> parts = new ArrayList<>();

    pool.call("parts".getBytes(UTF_8), LONG, part -> parts.add(new String(part, UTF_8)));

    assertThat(parts).containsExactly("one", "two", "parts");
  }

  @ParameterizedTest
  @CsvSource({
    "hang,CHILD_TIMED_OUT",
    "spin,CHILD_TIMED_OUT",
    "exit,CHILD_DIED",
    "throw,CHILD_DIED",
    "allocate,CHILD_DIED",
    "garbage,CHILD_GARBLED",
    "flood,CHILD_GARBLED"
  })
  void shouldFailThatOneCallAndServeTheNextWhenAChildMisbehaves(String wish, ProcessError error) {
    call(pool, "warm");

    fails(error, () -> pool.call(wish.getBytes(UTF_8), SHORT));

    assertThat(call(pool, "next")).isEqualTo("next");
    assertThat(pool.started()).isEqualTo(2);
    assertThat(pool.running()).isEqualTo(1);
  }

  @Test
  void shouldSurviveAChildThatPrintsAndFloodsItsStandardError() {
    assertThat(call(pool, "print")).isEqualTo("print");
    assertThat(call(pool, "flood-errors")).isEqualTo("flood-errors");

    assertThat(pool.started()).isEqualTo(1);
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void shouldOfferItsChildrenToAKernelThatIsOutOfMemory() throws IOException {
    Path score = Path.of("/proc", call(pool, "pid"), "oom_score_adj");

    assertThat(Integer.parseInt(Files.readString(score).strip())).isEqualTo(800);
  }

  @Test
  void shouldNotHangWhenAChildNeverReadsALargeRequest() {
    ChildCommand sleeper = new ChildCommand(List.of("sleep", "600"), java.util.Map.of(), 0);
    try (ChildPool deaf = ChildPool.create(ChildPoolConfig.DEFAULT, sleeper)) {
      fails(
          ProcessError.CHILD_TIMED_OUT, () -> deaf.call(new byte[1 << 20], Duration.ofMillis(300)));
    }
  }

  @Test
  void shouldSayWhenAChildCannotBeStarted() {
    ChildCommand nothing = new ChildCommand(List.of("/no/such/program"), java.util.Map.of(), 0);
    try (ChildPool none = ChildPool.create(ChildPoolConfig.DEFAULT, nothing)) {
      fails(ProcessError.CHILD_UNSTARTABLE, () -> none.call(new byte[1], SHORT));
    }
  }

  @Test
  void shouldReplaceAChildThatWasKilledWhileIdle() {
    call(pool, "a");
    ProcessHandle child = ProcessHandle.of(pool.pids().getFirst()).orElseThrow();

    child.destroyForcibly();
    eventually(() -> !child.isAlive());

    assertThat(call(pool, "b")).isEqualTo("b");
  }

  @Test
  void shouldShowNothingOfOurEnvironmentToTheChild() {
    assertThat(call(pool, "environment")).isEqualTo("[LANG, PATH, TMPDIR]");
  }

  @Test
  void shouldGiveEachChildAFolderThatGoesWithIt() {
    Path folder = Path.of(call(pool, "folder"));
    assertThat(folder).isDirectory();

    pool.close();

    eventually(() -> !Files.exists(folder));
  }

  @Test
  void shouldRefuseACallWhenTooManyWait() throws Exception {
    CountDownLatch busy = new CountDownLatch(1);
    CountDownLatch done = new CountDownLatch(1);
    try (ChildPool small = pool(1, 0, Duration.ofMinutes(1), 1_000);
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<?> first =
          threads.submit(
              () ->
                  small.call(
                      "parts".getBytes(UTF_8),
                      LONG,
                      part -> {
                        busy.countDown();
                        await(done);
                      }));
      await(busy);

      fails(ProcessError.CHILD_BUSY, () -> call(small, "next"));

      done.countDown();
      first.get();
      assertThat(call(small, "next")).isEqualTo("next");
    }
  }

  @Test
  void shouldKillTheChildWhenItsCallerIsInterrupted() throws Exception {
    call(pool, "warm");
    ProcessHandle child = ProcessHandle.of(pool.pids().getFirst()).orElseThrow();
    Thread caller =
        Thread.ofVirtual()
            .start(() -> fails(ProcessError.CHILD_INTERRUPTED, () -> call(pool, "hang")));

    eventually(() -> caller.getState() == Thread.State.TIMED_WAITING);
    caller.interrupt();
    caller.join();

    eventually(() -> !child.isAlive());
  }

  @Test
  void shouldEndAnIdleChild() {
    try (ChildPool impatient = pool(1, 1, Duration.ofMillis(50), 1_000)) {
      call(impatient, "a");

      eventually(() -> impatient.running() == 0);

      assertThat(call(impatient, "b")).isEqualTo("b");
    }
  }

  @Test
  void shouldReplaceAChildAfterItsLastAllowedRequest() {
    try (ChildPool brief = pool(1, 1, Duration.ofMinutes(1), 2)) {
      call(brief, "a");
      call(brief, "b");
      call(brief, "c");

      assertThat(brief.started()).isEqualTo(2);
    }
  }

  @Test
  void shouldRefuseCallsAndKillChildrenOnceClosed() {
    call(pool, "a");
    ProcessHandle child = ProcessHandle.of(pool.pids().getFirst()).orElseThrow();

    pool.close();

    eventually(() -> !child.isAlive());
    fails(ProcessError.CHILDREN_CLOSED, () -> call(pool, "b"));
  }

  @Test
  void shouldEndWithItsParentEvenInTheMiddleOfWork() throws IOException {
    List<String> line = ChildCommand.java(ParentThatDies.class, 32, List.of(), 0).arguments();
    Process parent =
        new ProcessBuilder(line).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    try (BufferedReader out =
        new BufferedReader(new InputStreamReader(parent.getInputStream(), UTF_8))) {
      ProcessHandle child = ProcessHandle.of(Long.parseLong(out.readLine())).orElseThrow();

      parent.destroyForcibly();

      eventually(() -> !child.isAlive());
    } finally {
      parent.destroyForcibly();
    }
  }

  private static ChildPool pool(int children, int waiting, Duration idle, int requests) {
    ChildPoolConfig config =
        new ChildPoolConfig("test", children, waiting, LONG, idle, requests, 8 << 20);
    return ChildPool.create(config, ChildCommand.java(HostileChild.class, 32, List.of(), 5));
  }

  private static String call(ChildPool pool, String request) {
    return new String(pool.call(request.getBytes(UTF_8), LONG), UTF_8);
  }

  private static void fails(ProcessError error, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            ProcessException.class, e -> assertThat(e.error()).isEqualTo(error));
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void eventually(BooleanSupplier condition) {
    long deadline = System.nanoTime() + LONG.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("waited too long").isLessThan(deadline);
      LockSupport.parkNanos(10_000_000);
    }
  }
}
