package dev.gimbal.platform.jobs;

import dev.gimbal.platform.errors.GimbalException;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Runs one attempt at a job and writes how it ended.
final class JobRunner {
  private static final Logger LOG = LoggerFactory.getLogger(JobRunner.class);
  private static final int LONGEST_MESSAGE = 2_000;

  private final JobStore store;
  private final Clock clock;
  private final JobsConfig config;
  private final Map<String, JobHandler> handlers;
  private final Set<ActiveRun> active;

  JobRunner(
      JobStore store,
      Clock clock,
      JobsConfig config,
      Map<String, JobHandler> handlers,
      Set<ActiveRun> active) {
    this.store = store;
    this.clock = clock;
    this.config = config;
    this.handlers = handlers;
    this.active = active;
  }

  /// @param draining whether this node stops: then the job waits on
  void run(JobKey key, boolean draining) {
    Optional<JobStore.Attempt> begun = store.begin(key);
    if (begun.isEmpty()) {
      return;
    }
    JobStore.Attempt attempt = begun.get();
    if (attempt.cancelRequested()) {
      store.end(attempt, Job.State.CANCELLED, Optional.empty());
    } else if (draining) {
      store.again(attempt, clock.instant(), false);
    } else if (attempt.number() > config.retries() + 1) {
      store.end(
          attempt,
          Job.State.FAILED,
          Optional.of(
              new Job.Failure(
                  attempt.kind(),
                  JobsError.JOB_ABANDONED.code(),
                  "every node that ran it stopped while it did")));
    } else {
      handle(attempt);
    }
  }

  private void handle(JobStore.Attempt attempt) {
    ActiveRun run = new ActiveRun(store, attempt);
    active.add(run);
    try {
      @Nullable Exception failure = call(run);
      run.returned();
      run.writeProgress();
      finish(run, failure);
    } finally {
      active.remove(run);
    }
  }

  // The boundary of foreign code: whatever a handler throws fails its attempt and nothing else.
  private @Nullable Exception call(ActiveRun run) {
    @Nullable JobHandler handler = handlers.get(run.attempt().kind());
    if (handler == null) {
      return new GimbalException(
          JobsError.JOB_KIND_UNKNOWN, "no handler for jobs of kind " + run.attempt().kind());
    }
    try {
      handler.run(run);
      return null;
    } catch (InterruptedException e) {
      // Carried on as the outcome: the thread ends with this attempt.
      return e;
    } catch (Exception e) {
      return e;
    }
  }

  private void finish(ActiveRun run, @Nullable Exception failure) {
    JobStore.Attempt attempt = run.attempt();
    if (run.askedToStop()) {
      store.end(attempt, Job.State.CANCELLED, Optional.empty());
    } else if (run.toldOfDrain()) {
      store.again(attempt, clock.instant(), false);
    } else if (failure == null) {
      store.end(attempt, Job.State.SUCCEEDED, Optional.empty());
    } else if (attempt.number() <= config.retries()) {
      LOG.warn(
          "attempt {} at job {} ({}) failed", attempt.number(), run.id(), attempt.kind(), failure);
      store.again(attempt, clock.instant().plus(config.pauseAfter(attempt.number())), true);
    } else {
      LOG.warn("job {} ({}) failed for good", run.id(), attempt.kind(), failure);
      store.end(attempt, Job.State.FAILED, Optional.of(reason(attempt, failure)));
    }
  }

  private static Job.Failure reason(JobStore.Attempt attempt, Exception failure) {
    String code =
        failure instanceof GimbalException known
            ? known.errorCode().code()
            : JobsError.JOB_FAILED.code();
    String message =
        failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
    return new Job.Failure(
        attempt.kind(), code, message.substring(0, Math.min(message.length(), LONGEST_MESSAGE)));
  }
}
