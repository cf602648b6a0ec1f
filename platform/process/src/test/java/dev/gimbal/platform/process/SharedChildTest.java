package dev.gimbal.platform.process;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SharedChildTest {
  private static final Duration LONG = Duration.ofMinutes(1);

  private SharedChild child = child(2, 10, LONG, LONG);

  @AfterEach
  void close() {
    child.close();
  }

  @Test
  void shouldAnswerTwoRequestsAtOnceInOneProcess() {
    assertThat(child.started()).isZero();

    Heard left = call("meet");
    Heard right = call("meet");

    assertThat(left.end()).isEqualTo("meet");
    assertThat(right.end()).isEqualTo("meet");
    assertThat(child.started()).isEqualTo(1);
  }

  @Test
  void shouldHandOnEachPartInOrder() {
    Heard heard = call("parts");

    assertThat(heard.next()).isEqualTo("one");
    assertThat(heard.next()).isEqualTo("two");
    assertThat(heard.end()).isEqualTo("parts");
  }

  @Test
  void shouldTellTheChildOfACancelAndGiveItsPlaceToAWaitingCall() {
    again(1, 10, LONG, LONG);
    Heard running = call("until-cancelled");
    assertThat(running.next()).isEqualTo("begun");
    Heard waiting = call("echo");

    running.call.cancel();

    assertThat(waiting.end()).isEqualTo("echo");
    assertThat(running.events).isEmpty();
    assertThat(child.started()).isEqualTo(1);
  }

  @Test
  void shouldNotStartAWaitingCallThatWasCancelled() {
    again(1, 10, LONG, LONG);
    Heard running = call("until-cancelled");
    assertThat(running.next()).isEqualTo("begun");

    call("exit").call.cancel();
    running.call.cancel();

    assertThat(call("echo").end()).isEqualTo("echo");
    assertThat(child.started()).isEqualTo(1);
  }

  @Test
  void shouldKillAChildThatDoesNotEndACancelledCallAndServeTheWaitingOne() {
    again(1, 10, LONG, Duration.ofMillis(300));
    Heard hung = call("hang");
    assertThat(hung.next()).isEqualTo("hanging");
    Heard waiting = call("echo");

    hung.call.cancel();

    assertThat(waiting.end()).isEqualTo("echo");
    assertThat(child.started()).isEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource({
    "exit,CHILD_DIED",
    "throw,CHILD_DIED",
    "garbage,CHILD_GARBLED",
    "flood,CHILD_GARBLED"
  })
  void shouldFailTheCallsThatRanAndServeTheNextWhenTheChildMisbehaves(
      String wish, ProcessError error) {
    Heard other = call("until-cancelled");
    assertThat(other.next()).isEqualTo("begun");
    Heard culprit = call(wish);

    assertThat(culprit.failure()).isEqualTo(error);
    assertThat(other.failure()).isEqualTo(error);
    assertThat(call("next").end()).isEqualTo("next");
    assertThat(child.started()).isEqualTo(2);
  }

  @Test
  void shouldRefuseACallWhenTooManyWait() {
    again(1, 1, LONG, LONG);
    call("until-cancelled");
    call("echo");

    assertThatThrownBy(() -> call("one too many"))
        .isInstanceOfSatisfying(
            ProcessException.class, e -> assertThat(e.error()).isEqualTo(ProcessError.CHILD_BUSY));
  }

  @Test
  void shouldEndAnIdleChildAndStartAnotherWhenNeeded() {
    again(1, 1, Duration.ofMillis(200), LONG);
    assertThat(call("one").end()).isEqualTo("one");

    await(() -> child.pids().isEmpty());

    assertThat(call("two").end()).isEqualTo("two");
    assertThat(child.started()).isEqualTo(2);
  }

  @Test
  void shouldEndTheProcessAndItsCallsWhenClosed() {
    Heard running = call("until-cancelled");
    assertThat(running.next()).isEqualTo("begun");
    long pid = child.pids().getFirst();

    child.close();

    assertThat(running.failure()).isEqualTo(ProcessError.CHILDREN_CLOSED);
    await(() -> ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isEmpty());
  }

  @Test
  void shouldSayThatAChildCannotBeStarted() {
    child.close();
    child =
        SharedChild.create(
            config(1, 1, LONG, LONG),
            new ChildCommand(List.of("/nonexistent"), java.util.Map.of(), 0));

    assertThat(call("any").failure()).isEqualTo(ProcessError.CHILD_UNSTARTABLE);
  }

  private void again(int calls, int waiting, Duration idle, Duration cancel) {
    child.close();
    child = child(calls, waiting, idle, cancel);
  }

  private static SharedChild child(int calls, int waiting, Duration idle, Duration cancel) {
    return SharedChild.create(
        config(calls, waiting, idle, cancel),
        ChildCommand.java(SharedHostileChild.class, 32, List.of(), 0));
  }

  private static SharedChildConfig config(int calls, int waiting, Duration idle, Duration cancel) {
    return new SharedChildConfig("shared-test", calls, waiting, idle, cancel, 1 << 20);
  }

  private Heard call(String wish) {
    Heard heard = new Heard();
    heard.call = child.call(wish.getBytes(UTF_8), heard);
    return heard;
  }

  private static void await(BooleanSupplier condition) {
    long deadline = System.nanoTime() + LONG.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      LockSupport.parkNanos(5_000_000);
    }
  }

  private static final class Heard implements SharedChild.Listener {
    private final BlockingQueue<Object> events = new LinkedBlockingQueue<>();
    private SharedChild.Call call = () -> {};

    private record Last(String text) {}

    @Override
    public void part(byte[] part) {
      events.add(new String(part, UTF_8));
    }

    @Override
    public void last(byte[] last) {
      events.add(new Last(new String(last, UTF_8)));
    }

    @Override
    public void failed(ProcessException failure) {
      events.add(failure.error());
    }

    private Object take() {
      try {
        Object event = events.poll(LONG.toSeconds(), TimeUnit.SECONDS);
        assertThat(event).isNotNull();
        return event;
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }

    String next() {
      return (String) take();
    }

    String end() {
      Object event = take();
      assertThat(event).isInstanceOf(Last.class);
      return ((Last) event).text();
    }

    ProcessError failure() {
      Object event = take();
      while (event instanceof String) {
        event = take();
      }
      return (ProcessError) event;
    }
  }
}
