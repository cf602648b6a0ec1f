package dev.gimbal.platform.jobs;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gimbal.platform.ids.TenantId;
import java.util.UUID;

/// One attempt under way on this node. The handler's thread says how far it is and asks whether to
/// go on; the node's ticker writes the one and finds out the other, so neither waits for the
/// database.
final class ActiveRun implements JobHandler.Run {
  private final JobStore store;
  private final JobStore.Attempt attempt;
  private final Thread thread;
  private volatile boolean stopAsked;
  private volatile boolean nodeDrains;
  private volatile boolean toldOfDrain;
  private boolean handling = true;
  private Progress said = new Progress(-1, -1);
  private Progress written = said;

  private record Progress(long done, long total) {}

  /// Made in the thread that runs the handler.
  ActiveRun(JobStore store, JobStore.Attempt attempt) {
    this.store = store;
    this.attempt = attempt;
    this.thread = Thread.currentThread();
  }

  JobStore.Attempt attempt() {
    return attempt;
  }

  /// Somebody cancelled the job, or another run has it.
  void askToStop() {
    stopAsked = true;
  }

  boolean askedToStop() {
    return stopAsked;
  }

  /// This node stops; the job goes on elsewhere or later.
  void drain() {
    nodeDrains = true;
  }

  /// Whether the handler learned that the node drains, so that its return does not mean that it is
  /// done.
  boolean toldOfDrain() {
    return toldOfDrain;
  }

  /// Interrupts the handler, and never what is written once it returned.
  synchronized void interrupt() {
    if (handling) {
      toldOfDrain = true;
      thread.interrupt();
    }
  }

  /// The handler returned. An interrupt that was meant for it is taken back; the only other one to
  /// interrupt is the scheduler, at the end of a drain.
  synchronized void returned() {
    handling = false;
    toldOfDrain |= Thread.interrupted();
  }

  /// Writes what was said since the last time.
  void writeProgress() {
    Progress now;
    synchronized (this) {
      if (said.equals(written)) {
        return;
      }
      now = said;
      written = said;
    }
    store.progress(attempt, now.done(), now.total());
  }

  @Override
  public UUID id() {
    return attempt.key().id();
  }

  @Override
  public TenantId tenant() {
    return attempt.key().tenant();
  }

  @Override
  public String owner() {
    return attempt.owner();
  }

  @Override
  public JsonNode input() {
    return attempt.input();
  }

  @Override
  public boolean cancelled() {
    if (nodeDrains) {
      toldOfDrain = true;
    }
    return stopAsked || nodeDrains;
  }

  @Override
  public synchronized void progress(long done, long total) {
    said = new Progress(done, total);
  }

  @Override
  public void failed(Job.Failure failure) {
    store.failed(attempt, failure);
  }
}
