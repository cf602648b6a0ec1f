package dev.gimbal.gateway.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FlightTest {
  private static final Bill BILL = new Bill(3L, 4L, 500L);
  private final List<String> landed = new ArrayList<>();
  private final Flight flight =
      new Flight(
          100,
          (which, whole) ->
              landed.add(
                  whole == null ? "nothing" : new String(whole.bytes(), StandardCharsets.UTF_8)));

  /// A loop whose tasks run when the test says so.
  private static final class Loop implements Executor {
    private final Queue<Runnable> tasks = new ArrayDeque<>();

    @Override
    public void execute(Runnable task) {
      tasks.add(task);
    }

    void run() {
      for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
        task.run();
      }
    }
  }

  private final class Caller implements Follower {
    private final Loop loop = new Loop();
    private final Following following = Objects.requireNonNull(flight.join());
    private final StringBuilder heard = new StringBuilder();
    private @Nullable Lead lead;

    Caller() {
      following.start(loop, this);
    }

    String heard() {
      loop.run();
      return heard.toString();
    }

    Lead lead() {
      loop.run();
      return Objects.requireNonNull(lead);
    }

    @Override
    public void head(int status, String contentType) {
      heard.append(status).append(' ');
    }

    @Override
    public void piece(byte[] bytes) {
      heard.append(new String(bytes, StandardCharsets.UTF_8));
    }

    @Override
    public void end(Bill bill) {
      heard.append(" end ").append(bill.costNano());
    }

    @Override
    public void lead(Lead mine) {
      lead = mine;
      heard.append("lead");
    }

    @Override
    public void alone() {
      heard.append("alone");
    }

    @Override
    public void failed(String why) {
      heard.append(" failed");
    }
  }

  private static void say(Lead lead, String... pieces) {
    lead.head(200, "text/event-stream");
    for (String piece : pieces) {
      lead.piece(piece.getBytes(StandardCharsets.UTF_8));
    }
  }

  @Test
  void shouldTellFollowersTheAnswerAsItComes() {
    Caller early = new Caller();
    say(flight.leader(), "a", "b");
    assertThat(early.heard()).isEqualTo("200 ab");
    Caller late = new Caller();
    assertThat(late.heard()).isEqualTo("200 ab");
    flight.leader().piece(new byte[] {'c'});
    flight.leader().finished(BILL);
    assertThat(early.heard()).isEqualTo("200 abc end 500");
    assertThat(late.heard()).isEqualTo("200 abc end 500");
    assertThat(landed).containsExactly("abc");
    assertThat(flight.join()).isNull();
  }

  @Test
  void shouldHandOverToTheNextWhenTheLeaderFailsBeforeItSaidAnything() {
    Caller first = new Caller();
    Caller second = new Caller();
    flight.leader().failed();
    assertThat(first.heard()).isEqualTo("lead");
    say(first.lead(), "x");
    first.lead().finished(BILL);
    assertThat(second.heard()).isEqualTo("200 x end 500");
    assertThat(landed).containsExactly("x");
  }

  @Test
  void shouldLetTheRestGoAloneWhenTwoLeadersFailed() {
    Caller first = new Caller();
    Caller second = new Caller();
    Caller third = new Caller();
    flight.leader().failed();
    first.lead().failed();
    assertThat(second.heard()).isEqualTo("alone");
    assertThat(third.heard()).isEqualTo("alone");
    assertThat(landed).containsExactly("nothing");
  }

  @Test
  void shouldHandOverWhenTheLeadersCallerLeavesAndAgainWhenTheNextDoes() {
    Caller first = new Caller();
    Caller second = new Caller();
    Lead old = flight.leader();
    assertThat(old.left()).isFalse();
    first.following.leave();
    assertThat(second.heard()).isEqualTo("lead");
    say(old, "late words of somebody who left");
    say(second.lead(), "y");
    second.lead().finished(BILL);
    assertThat(landed).containsExactly("y");
  }

  @Test
  void shouldGoOnForThoseWhoHeardAPartWhenTheLeadersCallerLeaves() {
    Caller follower = new Caller();
    say(flight.leader(), "a");
    assertThat(follower.heard()).isEqualTo("200 a");
    assertThat(flight.leader().left()).isTrue();
    flight.leader().piece(new byte[] {'b'});
    flight.leader().finished(BILL);
    assertThat(follower.heard()).isEqualTo("200 ab end 500");
  }

  @Test
  void shouldFailOnlyThoseWhoHeardAPartWhenAnAnswerBreaksOff() {
    Caller quick = new Caller();
    Caller busy = new Caller();
    say(flight.leader(), "a");
    assertThat(quick.heard()).isEqualTo("200 a");
    flight.leader().failed();
    assertThat(quick.heard()).isEqualTo("200 a failed");
    assertThat(busy.heard()).isEqualTo("lead");
  }

  @Test
  void shouldNotWaitForASlowFollowerNorHoldMoreThanTheBoundForIt() {
    Caller slow = new Caller();
    Caller quick = new Caller();
    say(flight.leader(), "start ");
    slow.heard();
    slow.following.pause();
    for (int i = 0; i < 30; i++) {
      flight.leader().piece("0123456789".getBytes(StandardCharsets.UTF_8));
      quick.heard();
    }
    flight.leader().finished(BILL);
    assertThat(quick.heard()).hasSize("200 start ".length() + 300 + " end 500".length());
    slow.following.resume();
    assertThat(slow.heard()).isEqualTo("200 start  failed");
    assertThat(landed).as("an answer over the bound is not kept").containsExactly("nothing");
  }

  @Test
  void shouldBeOverWhenNobodyIsLeft() {
    Caller follower = new Caller();
    follower.following.leave();
    assertThat(flight.leader().left()).isFalse();
    assertThat(landed).containsExactly("nothing");
  }
}
