package dev.gimbal.knowledge.core.ingestion;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gimbal.access.api.Principal;
import dev.gimbal.knowledge.api.KnowledgeError;
import dev.gimbal.knowledge.core.following.IndexFollower;
import dev.gimbal.knowledge.core.store.Stage;
import dev.gimbal.knowledge.core.store.VersionRow;
import dev.gimbal.knowledge.core.store.WorkStore;
import dev.gimbal.observability.api.TraceContext;
import dev.gimbal.observability.api.Tracing;
import dev.gimbal.platform.errors.GimbalException;
import dev.gimbal.platform.jobs.Job;
import dev.gimbal.platform.jobs.JobHandler;
import dev.gimbal.platform.json.Json;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Works on the files of one upload. Some documents are under way at once, each on a thread of its
/// own that waits at each step for its turn: while one is parsed another is embedded and a third
/// indexed. The steps' own limits bound the node, the number under way bounds the job. Thread-safe.
///
/// Threads of the operating system, not virtual ones: those share a carrier a core and queue behind
/// each other, and requests would stand in that queue behind every document.
public final class IngestionJob implements JobHandler {
  private static final Logger LOG = LoggerFactory.getLogger(IngestionJob.class);
  // Attempts that end in a defect of ours, or a database that is away, before a document fails.
  private static final int DEFECTS = 5;

  private final Parts parts;
  private final Tracing tracing;
  private final Pause pause;
  private final Turns turns;
  private final DocumentWork work;
  private final Semaphore calls;

  /// @param stages hears of each step, in tests
  public IngestionJob(
      Parts parts, IndexFollower follower, Tracing tracing, Stages stages, Pause pause) {
    this.parts = parts;
    this.tracing = tracing;
    this.pause = pause;
    this.turns = new Turns(parts.database(), parts.config().ingestion().transactions());
    this.work = new DocumentWork(parts, turns, follower, stages);
    this.calls = new Semaphore(parts.config().ingestion().embeddingCalls(), true);
  }

  @Override
  public void run(Run run) throws Exception {
    Principal system = Principal.system(run.tenant());
    tracing.<Boolean, Exception>inSpan(
        "knowledge.ingest",
        system,
        span -> {
          span.attribute("gimbal.job", run.id().toString()).attribute("gimbal.owner", run.owner());
          workAll(run, span.context());
          return true;
        });
  }

  private void workAll(Run run, TraceContext trace) throws Exception {
    List<WorkStore.Work> all =
        parts.database().inTransaction(run.tenant(), tx -> parts.work().ofJob(tx, run.id()));
    JsonNode refused = run.input().path(Uploads.REFUSED);
    Attempt attempt = new Attempt(run, all.size() + refused.size(), trace);
    // Files that were not taken are steps of the job that failed: who follows it sees all of them.
    for (JsonNode file : refused) {
      run.failed(Json.MAPPER.treeToValue(file, Job.Failure.class));
    }
    attempt.progress(refused.size());
    try (Embedder embedder =
            new Embedder(
                parts, turns, calls, pause, run.tenant(), run.owner(), trace, run::cancelled);
        ExecutorService threads =
            Executors.newThreadPerTaskExecutor(
                Thread.ofPlatform().daemon().name("ingestion-", 0).factory())) {
      embedder.start();
      Semaphore underWay = new Semaphore(parts.config().ingestion().documentsInFlight());
      for (WorkStore.Work one : all) {
        if (run.cancelled() || attempt.broken.get() != null) {
          break;
        }
        if (one.version().stage() == Stage.READY || one.version().stage() == Stage.FAILED) {
          attempt.progress(1);
          continue;
        }
        underWay.acquire();
        threads.execute(
            () -> {
              try {
                attempt.work(one, embedder);
              } finally {
                underWay.release();
              }
            });
      }
      underWay.acquire(parts.config().ingestion().documentsInFlight());
    }
    Exception broken = attempt.broken.get();
    if (broken != null) {
      throw broken;
    }
  }

  /// One attempt at the job.
  private final class Attempt {
    private final Run run;
    private final long total;
    private final TraceContext trace;
    private final AtomicLong done = new AtomicLong();
    private final AtomicReference<@Nullable Exception> broken = new AtomicReference<>();

    Attempt(Run run, long total, TraceContext trace) {
      this.run = run;
      this.total = total;
      this.trace = trace;
    }

    void progress(int more) {
      run.progress(done.addAndGet(more), total);
    }

    void work(WorkStore.Work one, Embedder embedder) {
      if (run.cancelled()) {
        return;
      }
      ScopedValue.where(TraceContext.CURRENT, trace).run(() -> traced(one, embedder));
    }

    private void traced(WorkStore.Work one, Embedder embedder) {
      try {
        Optional<VersionRow.Failure> failure =
            tracing.<Optional<VersionRow.Failure>, Exception>inSpan(
                "knowledge.document",
                Principal.system(run.tenant()),
                span -> {
                  span.text(one.key()).attribute("gimbal.version", one.version().number());
                  return work.run(run.tenant(), one.version(), embedder);
                });
        failure.ifPresent(why -> run.failed(new Job.Failure(one.key(), why.code(), why.message())));
        progress(1);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        broken.compareAndSet(null, e);
      } catch (Exception e) {
        unexpected(one, e);
      }
    }

    private static String reason(Exception e) {
      return e instanceof GimbalException known
          ? "at last: " + known.getMessage()
          : "the log says why";
    }

    /// A defect or a resource that is away: tried again with the job, but not for ever.
    private void unexpected(WorkStore.Work one, Exception e) {
      LOG.warn("ingestion of a document of job {} broke off", run.id(), e);
      try {
        if (one.version().attempts() + 1 < DEFECTS) {
          broken.compareAndSet(null, e);
          return;
        }
        Optional<VersionRow.Failure> failure =
            work.fail(
                run.tenant(),
                one.version(),
                KnowledgeError.INGESTION_FAILED.code(),
                "work on the file failed " + DEFECTS + " times; " + reason(e));
        failure.ifPresent(why -> run.failed(new Job.Failure(one.key(), why.code(), why.message())));
        progress(1);
      } catch (RuntimeException alsoBroken) {
        e.addSuppressed(alsoBroken);
        broken.compareAndSet(null, e);
      }
    }
  }
}
