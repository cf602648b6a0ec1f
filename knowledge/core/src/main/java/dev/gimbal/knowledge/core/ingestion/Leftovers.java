package dev.gimbal.knowledge.core.ingestion;

import dev.gimbal.knowledge.api.KnowledgeError;
import dev.gimbal.knowledge.core.store.VersionRow;
import dev.gimbal.knowledge.core.store.WorkStore;
import dev.gimbal.platform.ids.TenantId;
import dev.gimbal.platform.jobs.Job;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tidies what a process that died or a job that ended early left behind: files of a job that works
/// no more fail with its reason instead of staying at work for ever, and half-taken uploads go from
/// the disk. Any node may do it, at once too. Thread-safe.
public final class Leftovers {
  private static final Logger LOG = LoggerFactory.getLogger(Leftovers.class);
  // An upload writes as its bytes come; one that stood still for so long has lost its process.
  private static final Duration STAGED_FOR = Duration.ofHours(6);

  private final Parts parts;

  /// @param parts what the room is made of
  public Leftovers(Parts parts) {
    this.parts = parts;
  }

  /// Tidies once.
  public void tidy() {
    for (WorkStore.Owed owed : parts.database().asOwner(WorkStore::owed)) {
      lost(owed);
    }
    try {
      parts.blobs().sweepStaged(parts.clock().instant().minus(STAGED_FOR));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot sweep half-taken files", e);
    }
  }

  private void lost(WorkStore.Owed owed) {
    TenantId tenant = owed.tenant();
    Optional<Job> job = parts.jobs().find(tenant, owed.job());
    if (job.isPresent() && job.get().ended() == null) {
      return;
    }
    boolean cancelled = job.isPresent() && job.get().state() == Job.State.CANCELLED;
    KnowledgeError error =
        cancelled ? KnowledgeError.INGESTION_CANCELLED : KnowledgeError.INGESTION_FAILED;
    String why =
        cancelled
            ? "the job was cancelled before the file was found ready"
            : "work on the file ended before it was done; put it in again";
    VersionRow.Failure failure = new VersionRow.Failure(error.code(), why);
    int failed =
        parts
            .database()
            .inTransaction(tenant, tx -> parts.work().failJob(tx, owed.job(), failure))
            .size();
    if (failed > 0) {
      LOG.warn("{} files of job {} failed with it: {}", failed, owed.job(), why);
    }
  }
}
