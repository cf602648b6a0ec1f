package dev.gimbal.gateway.core.call;

import dev.gimbal.gateway.core.GatewayConfig.Deadlines;
import dev.gimbal.gateway.routing.TimeLimits;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Watches the deadlines of one call, looking several times per shortest deadline: cheaper than a
/// timer a deadline that is moved with every piece. On the call's loop. While that stands still
/// nothing can be heard, so an upstream's deadlines stand still too: a machine that is too busy
/// must not take its providers for broken.
final class CallTimer {
  /// How long an upstream may keep its connection open behind `[DONE]`.
  private static final long LINGER_NANOS = Duration.ofSeconds(1).toNanos();

  private final Vertx vertx;
  private Deadlines deadlines;
  private long wholeNanos;
  private final CallRun run;
  private final long began = System.nanoTime();
  private long asked = began;
  private Beats.@Nullable Watch watch;
  private long heardAt = began;
  private long wroteAt = began;
  private long pausedAt;
  private long lastEventAt;
  private boolean paused;
  private boolean following;
  private boolean answered;
  private boolean lastEvent;

  CallTimer(Vertx vertx, Deadlines deadlines, Duration whole, CallRun run) {
    this.vertx = vertx;
    this.deadlines = deadlines;
    this.wholeNanos = whole.toNanos();
    this.run = run;
  }

  void start() {
    long shortest = Math.min(shortest(deadlines), wholeNanos / 1_000_000);
    Context loop = vertx.getOrCreateContext();
    watch = Beats.watchLateness(vertx, shortest, late -> look(loop, late));
  }

  /// The call's route has limits of its own. Any number of times, also under way.
  void limits(TimeLimits own) {
    Duration firstByte = own.firstByte();
    Duration silence = own.silence();
    Duration whole = own.whole();
    deadlines =
        new Deadlines(
            firstByte == null ? deadlines.firstByte() : firstByte,
            silence == null ? deadlines.silence() : silence,
            deadlines.whole(),
            deadlines.keepAlive(),
            deadlines.stalled());
    wholeNanos = whole == null ? wholeNanos : Math.min(wholeNanos, whole.toNanos());
    if (watch != null) {
      stop();
      start();
    }
  }

  private static long shortest(Deadlines of) {
    long byUpstream = Math.min(of.firstByte().toMillis(), of.silence().toMillis());
    long byCaller = Math.min(of.keepAlive().toMillis(), of.stalled().toMillis());
    return Math.min(byUpstream, byCaller);
  }

  /// Another target is asked: it has a first byte and a silence of its own.
  void again() {
    asked = System.nanoTime();
    heardAt = asked;
    answered = false;
    lastEvent = false;
    paused = false;
    following = false;
  }

  /// The answer is heard as somebody else hears it, who watches the upstream.
  void follows() {
    following = true;
  }

  void stop() {
    if (watch != null) {
      watch.stop();
      watch = null;
    }
  }

  void heard() {
    heardAt = System.nanoTime();
  }

  void heardAnswer() {
    answered = true;
  }

  void lastEventHeard() {
    lastEvent = true;
    lastEventAt = System.nanoTime();
  }

  void wrote() {
    wroteAt = System.nanoTime();
  }

  void pause() {
    if (!paused) {
      paused = true;
      pausedAt = System.nanoTime();
    }
  }

  void resume() {
    if (paused) {
      paused = false;
      heard();
    }
  }

  /// Nearly always nothing is due; what is, is done where the call lives.
  /// @param late nanoseconds by which it is
  private void look(Context loop, long late) {
    long now = System.nanoTime();
    if (late > 0) {
      asked = Math.min(now, asked + late);
      heardAt = Math.min(now, heardAt + late);
    }
    boolean due =
        now - began > wholeNanos
            || (paused && passed(now, pausedAt, deadlines.stalled()))
            || (lastEvent && now - lastEventAt > LINGER_NANOS)
            || (!following && !answered && passed(now, asked, deadlines.firstByte()))
            || (!following && answered && passed(now, heardAt, deadlines.silence()))
            || passed(now, wroteAt, deadlines.keepAlive());
    if (due) {
      loop.runOnContext(v -> act());
    }
  }

  private void act() {
    long now = System.nanoTime();
    if (watch == null) {
      return;
    }
    if (now - began > wholeNanos) {
      run.timedOut("The call took longer than it may.", true);
    } else if (paused) {
      if (passed(now, pausedAt, deadlines.stalled())) {
        run.stalled();
      }
    } else if (lastEvent) {
      if (now - lastEventAt > LINGER_NANOS) {
        run.endNow();
      }
    } else if (!following && !answered && passed(now, asked, deadlines.firstByte())) {
      run.timedOut(
          "The provider sent no answer within " + deadlines.firstByte().toMillis() + " ms.", false);
    } else if (!following && answered && passed(now, heardAt, deadlines.silence())) {
      run.timedOut(
          "The provider said nothing for " + deadlines.silence().toMillis() + " ms.", false);
    } else if (passed(now, wroteAt, deadlines.keepAlive())) {
      run.keepAlive();
    }
  }

  private static boolean passed(long now, long since, Duration deadline) {
    return now - since > deadline.toNanos();
  }
}
