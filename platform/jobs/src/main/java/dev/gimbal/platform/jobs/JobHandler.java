package dev.gimbal.platform.jobs;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gimbal.platform.ids.TenantId;
import java.util.UUID;

/// Runs jobs of one kind. A run may be cut at any point and start over on another node, so each
/// step
/// must be idempotent and leave its own trace of being done.
@FunctionalInterface
public interface JobHandler {

  /// Does the work, on a virtual thread, until it is done or [Run#cancelled] says so.
  ///
  /// @throws Exception to fail this attempt; it is retried with growing pauses, 10 times at most,
  ///     and
  ///     the job then fails with the exception's message
  void run(Run run) throws Exception;

  /// One attempt at a job.
  interface Run {
    UUID id();

    TenantId tenant();

    /// Who the job is for, as the text of a principal's id.
    String owner();

    JsonNode input();

    /// Whether somebody asked it to stop, or this node drains. Look between steps.
    boolean cancelled();

    /// How many steps ended so far in all attempts and how many there are: replaces what was said
    /// before. Cheap: written at most twice a second and at the end.
    void progress(long done, long total);

    /// Records that a step failed for good.
    void failed(Job.Failure failure);
  }
}
