package dev.gimbal.knowledge.core;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gimbal.platform.database.Transaction;
import dev.gimbal.platform.ids.TenantId;
import dev.gimbal.platform.jobs.Job;
import dev.gimbal.platform.jobs.JobHandler;
import dev.gimbal.platform.jobs.Jobs;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Jobs that survive in memory and run when a test says so, on its thread: an attempt that throws
/// leaves the job waiting, as a crash would.
final class SimpleJobs implements Jobs {
  final Map<String, JobHandler> handlers = new ConcurrentHashMap<>();
  private final Map<UUID, Kept> kept = new ConcurrentHashMap<>();
  private volatile boolean quiescent;

  @Override
  public void register(String kind, JobHandler handler) {
    handlers.put(kind, handler);
  }

  @Override
  public void start() {}

  @Override
  public void enqueue(
      Transaction transaction, UUID id, String kind, String owner, JsonNode input, long total) {
    TenantId tenant = transaction.tenant();
    transaction.afterCommit(() -> kept.put(id, new Kept(tenant, id, kind, owner, input)));
  }

  /// Runs every job that has not ended once, oldest first.
  ///
  /// @return what broke the first attempt that broke
  Optional<Exception> runAll() {
    Exception first = null;
    for (Kept job : kept.values().stream().sorted(Comparator.comparing(Kept::id)).toList()) {
      if (job.state == Job.State.WAITING) {
        try {
          Objects.requireNonNull(handlers.get(job.kind())).run(job);
          job.state = job.failures.isEmpty() ? Job.State.SUCCEEDED : Job.State.FAILED;
        } catch (Exception e) {
          first = first == null ? e : first;
        }
      }
    }
    return Optional.ofNullable(first);
  }

  /// Ends every job that waits, as one ends whose attempts all broke off.
  void die() {
    kept.values().stream()
        .filter(job -> job.state == Job.State.WAITING)
        .forEach(job -> job.state = Job.State.FAILED);
  }

  boolean waiting() {
    return kept.values().stream().anyMatch(job -> job.state == Job.State.WAITING);
  }

  @Override
  public Optional<Job> find(TenantId tenant, UUID id) {
    return Optional.ofNullable(kept.get(id))
        .filter(job -> job.tenant().equals(tenant))
        .map(Kept::job);
  }

  @Override
  public List<Job> list(TenantId tenant, @Nullable UUID before, int limit) {
    return kept.values().stream()
        .filter(job -> job.tenant().equals(tenant))
        .map(Kept::job)
        .sorted(Comparator.comparing(Job::id).reversed())
        .limit(limit)
        .toList();
  }

  @Override
  public Optional<Job> cancel(TenantId tenant, UUID id) {
    Optional<Job> found = find(tenant, id);
    found.ifPresent(job -> Objects.requireNonNull(kept.get(id)).state = Job.State.CANCELLED);
    return find(tenant, id);
  }

  @Override
  public int forgetEnded(Instant before) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void quiesce() {
    quiescent = true;
  }

  /// The node takes work again, as its next start does.
  void restart() {
    quiescent = false;
  }

  @Override
  public boolean quiescent() {
    return quiescent;
  }

  @Override
  public void drain(Duration grace) {}

  @Override
  public void close() {}

  private final class Kept implements JobHandler.Run {
    private final TenantId tenant;
    private final UUID id;
    private final String kind;
    private final String owner;
    private final JsonNode input;
    private final List<Job.Failure> failures = new ArrayList<>();
    private volatile Job.State state = Job.State.WAITING;
    private volatile long done;
    private volatile long total;

    Kept(TenantId tenant, UUID id, String kind, String owner, JsonNode input) {
      this.tenant = tenant;
      this.id = id;
      this.kind = kind;
      this.owner = owner;
      this.input = input;
    }

    String kind() {
      return kind;
    }

    Job job() {
      synchronized (failures) {
        return new Job(
            id,
            kind,
            owner,
            state,
            done,
            total,
            failures.size(),
            failures,
            Instant.EPOCH,
            state == Job.State.WAITING ? null : Instant.EPOCH);
      }
    }

    @Override
    public UUID id() {
      return id;
    }

    @Override
    public TenantId tenant() {
      return tenant;
    }

    @Override
    public String owner() {
      return owner;
    }

    @Override
    public JsonNode input() {
      return input;
    }

    @Override
    public boolean cancelled() {
      return state == Job.State.CANCELLED || quiescent;
    }

    @Override
    public void progress(long doneNow, long totalNow) {
      done = doneNow;
      total = totalNow;
    }

    @Override
    public void failed(Job.Failure failure) {
      synchronized (failures) {
        failures.add(failure);
      }
    }
  }
}
