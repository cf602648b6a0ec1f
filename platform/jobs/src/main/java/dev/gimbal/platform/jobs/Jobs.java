package dev.gimbal.platform.jobs;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gimbal.platform.database.Transaction;
import dev.gimbal.platform.ids.TenantId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Durable work: what was enqueued runs at least once, on any node, in slices, also after a crash.
/// Between tenants the share is fair: a tenant's jobs do not wait for all of another's.
/// Thread-safe.
public interface Jobs extends AutoCloseable {

  /// Says how jobs of a kind run. Before [#start], once a kind.
  void register(String kind, JobHandler handler);

  /// Begins to run jobs.
  void start();

  /// Adds a job that exists if and only if the transaction commits; it runs within a second of
  /// that.
  ///
  /// @param id of the caller's making, so that a repeated request adds nothing
  /// @param owner who it is for, as the text of a principal's id
  /// @param input JSON of the kind's own form
  /// @param total steps that it will take; 0 if unknown yet
  void enqueue(
      Transaction transaction, UUID id, String kind, String owner, JsonNode input, long total);

  /// How a job stands; empty if the tenant has none of this id.
  Optional<Job> find(TenantId tenant, UUID id);

  /// A tenant's jobs, newest first, before the id `before` (null: from the newest), at most
  /// `limit`.
  List<Job> list(TenantId tenant, @Nullable UUID before, int limit);

  /// Asks a job to stop at its next step. Repeats safely; has no effect on one that ended. Empty if
  /// the tenant has none of this id.
  Optional<Job> cancel(TenantId tenant, UUID id);

  /// Forgets jobs, of every tenant, that ended before an instant, with their failures. Repeats
  /// safely, also on several nodes at a time.
  ///
  /// @return how many went
  int forgetEnded(Instant before);

  /// Stops taking work and tells what runs to stop at its next step; returns at once. Repeats
  /// safely.
  void quiesce();

  /// Whether this node takes no more work: who follows a job hears no more of it here.
  boolean quiescent();

  /// Stops taking work, waits at most `grace` for running slices, then interrupts them; what did
  /// not finish runs again elsewhere or after the next start.
  void drain(Duration grace);

  @Override
  void close();
}
