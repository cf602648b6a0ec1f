package dev.gimbal.gateway.core.call;

import dev.gimbal.gateway.core.GatewayConfig.Deadlines;
import java.time.Duration;

/// Watches one call whose bytes pass: that either side goes on, and that it ends. On its loop.
final class PassedTimer {
  private static final long NEVER = -1;
  private static final long LOOK_MILLIS = 250;

  private final Pipeline pipeline;
  private final Deadlines deadlines;
  private final PassedRun run;
  private final long began = System.nanoTime();
  private long timer = NEVER;
  private long progressedAt = began;
  private boolean heard;
  private boolean paused;

  PassedTimer(Pipeline pipeline, PassedRun run) {
    this.pipeline = pipeline;
    this.deadlines = pipeline.deadlines();
    this.run = run;
  }

  void start() {
    progressed();
    timer = pipeline.vertx().setPeriodic(LOOK_MILLIS, id -> look());
  }

  void stop() {
    if (timer != NEVER) {
      pipeline.vertx().cancelTimer(timer);
      timer = NEVER;
    }
  }

  void progressed() {
    progressedAt = System.nanoTime();
  }

  void heard() {
    heard = true;
    progressed();
  }

  /// Another target is to be asked.
  void again() {
    heard = false;
    paused = false;
    progressed();
  }

  void pause() {
    paused = true;
    progressed();
  }

  void resume() {
    paused = false;
    progressed();
  }

  private void look() {
    long now = System.nanoTime();
    if (passed(now, began, deadlines.whole())) {
      run.timedOut("The call took longer than it may.", true);
    } else if (!run.asking()) {
      progressed();
    } else if (paused) {
      if (passed(now, progressedAt, deadlines.stalled())) {
        run.stalled();
      }
    } else if (!heard && !run.bodyWhole()) {
      if (passed(now, progressedAt, deadlines.stalled())) {
        run.bodyLate();
      }
    } else if (passed(now, progressedAt, heard ? deadlines.silence() : deadlines.firstByte())) {
      run.timedOut("The provider did not go on in time.", false);
    }
  }

  private static boolean passed(long now, long since, Duration deadline) {
    return now - since > deadline.toNanos();
  }
}
