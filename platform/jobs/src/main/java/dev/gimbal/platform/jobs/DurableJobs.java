package dev.gimbal.platform.jobs;

import com.fasterxml.jackson.databind.JsonNode;
import com.github.kagkarlsson.scheduler.Scheduler;
import com.github.kagkarlsson.scheduler.SchedulerName;
import com.github.kagkarlsson.scheduler.event.AbstractSchedulerListener;
import com.github.kagkarlsson.scheduler.task.ExecutionComplete;
import com.github.kagkarlsson.scheduler.task.helper.OneTimeTask;
import com.github.kagkarlsson.scheduler.task.helper.Tasks;
import dev.gimbal.platform.database.Database;
import dev.gimbal.platform.database.Transaction;
import dev.gimbal.platform.ids.Ids;
import dev.gimbal.platform.ids.TenantId;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// [Jobs] on db-scheduler. Its table holds what is under way only: it gives each execution to one
/// node, says that the node lives, and takes over what a dead node left. What waits, who is next
/// and how often to retry is decided here, in `jobs.job`.
final class DurableJobs implements Jobs {
  private static final Logger LOG = LoggerFactory.getLogger(DurableJobs.class);

  /// After this many silent heartbeats a node counts as dead; the library looks every second one.
  private static final int SILENT_HEARTBEATS = 4;

  /// When the database fails an execution, not the job.
  private static final Duration EXECUTION_PAUSE = Duration.ofSeconds(2);

  /// Between two looks for what a wrong clock put off.
  private static final Duration RECALL = Duration.ofSeconds(30);

  /// How long an interrupted handler may take to leave.
  private static final Duration LEAVING = Duration.ofSeconds(5);

  private final JobStore store;
  private final Database database;
  private final Clock clock;
  private final JobsConfig config;
  private final String node;
  private final Admission admission;
  private final JobRunner runner;
  private final Map<String, JobHandler> handlers = new ConcurrentHashMap<>();
  private final Set<ActiveRun> active = ConcurrentHashMap.newKeySet();
  private final Semaphore wake = new Semaphore(0);
  private volatile boolean draining;
  private @Nullable Scheduler scheduler;
  private @Nullable Thread ticker;

  DurableJobs(Database database, JobStore store, Clock clock, Ids ids, JobsConfig config) {
    this.database = database;
    this.store = store;
    this.clock = clock;
    this.config = config;
    this.node = "gimbal-" + ids.next();
    this.admission = new Admission(database, node, config.slots(), config.longestPause());
    this.runner = new JobRunner(store, clock, config, handlers, active);
  }

  @Override
  public void register(String kind, JobHandler handler) {
    if (handlers.putIfAbsent(kind, handler) != null) {
      throw new IllegalStateException("jobs of kind " + kind + " have a handler already");
    }
  }

  @Override
  public synchronized void start() {
    if (scheduler != null) {
      throw new IllegalStateException("jobs run already");
    }
    Scheduler started = scheduler();
    scheduler = started;
    started.start();
    ticker = Thread.ofVirtual().name("jobs-ticker").start(() -> tick(started));
  }

  private Scheduler scheduler() {
    OneTimeTask<Void> task =
        Tasks.oneTime(Admission.TASK)
            .onFailure(
                (complete, operations) -> {
                  LOG.warn("a job could not be run", complete.getCause().orElse(null));
                  operations.reschedule(complete, clock.instant().plus(EXECUTION_PAUSE));
                })
            .execute((instance, context) -> runner.run(JobKey.of(instance.getId()), draining));
    return Scheduler.create(database.ownerSource(), task)
        .schedulerName(new SchedulerName.Fixed(node))
        .tableName("jobs.scheduled_tasks")
        .threads(config.slots())
        .executorService(Executors.newVirtualThreadPerTaskExecutor())
        .pollUsingLockAndFetch(0.5, 1.0)
        .pollingInterval(config.poll().multipliedBy(2))
        .heartbeatInterval(config.heartbeat())
        .missedHeartbeatsLimit(SILENT_HEARTBEATS)
        .shutdownMaxWait(LEAVING)
        .clock(clock::instant)
        .addSchedulerListener(
            new AbstractSchedulerListener() {
              @Override
              public void onExecutionComplete(ExecutionComplete complete) {
                wake.release();
              }
            })
        .build();
  }

  /// Admits jobs when told or when it is time, and keeps runs and the database informed.
  private void tick(Scheduler started) {
    long recall = System.nanoTime();
    while (!draining) {
      try {
        boolean told = wake.tryAcquire(config.poll().toMillis(), TimeUnit.MILLISECONDS);
        wake.drainPermits();
        if (draining) {
          return;
        }
        if (System.nanoTime() - recall >= 0) {
          admission.recall(clock.instant());
          recall = System.nanoTime() + RECALL.toNanos();
        }
        if (admission.admit(clock.instant()) > 0) {
          started.triggerCheckForDueExecutions();
        }
        if (!told) {
          inform();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      } catch (RuntimeException e) {
        LOG.warn("jobs cannot be looked for now: {}", e.getMessage());
        pause();
      }
    }
  }

  private void inform() {
    active.forEach(ActiveRun::writeProgress);
    List<JobStore.Attempt> attempts = active.stream().map(ActiveRun::attempt).toList();
    if (!attempts.isEmpty()) {
      Admission.toStop(database, attempts).forEach(this::askToStop);
    }
  }

  private void pause() {
    try {
      TimeUnit.NANOSECONDS.sleep(config.poll().toNanos());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void askToStop(JobKey key) {
    active.stream().filter(run -> run.attempt().key().equals(key)).forEach(ActiveRun::askToStop);
  }

  @Override
  public void enqueue(
      Transaction transaction, UUID id, String kind, String owner, JsonNode input, long total) {
    store.add(transaction, id, kind, owner, input, total);
    transaction.afterCommit(wake::release);
  }

  @Override
  public Optional<Job> find(TenantId tenant, UUID id) {
    return store.find(tenant, id);
  }

  @Override
  public List<Job> list(TenantId tenant, @Nullable UUID before, int limit) {
    return store.list(tenant, before, limit);
  }

  @Override
  public Optional<Job> cancel(TenantId tenant, UUID id) {
    Optional<Job> job = store.cancel(tenant, id);
    askToStop(new JobKey(tenant, id));
    return job;
  }

  @Override
  public int forgetEnded(Instant before) {
    return store.forgetEnded(before);
  }

  @Override
  public synchronized void quiesce() {
    draining = true;
    wake.release();
    if (scheduler != null) {
      scheduler.pause();
    }
    active.forEach(ActiveRun::drain);
  }

  @Override
  public boolean quiescent() {
    return draining;
  }

  @Override
  public void drain(Duration grace) {
    quiesce();
    Scheduler running;
    synchronized (this) {
      running = scheduler;
      scheduler = null;
    }
    if (running == null) {
      return;
    }
    awaitIdle(grace);
    active.forEach(ActiveRun::interrupt);
    running.stop();
    awaitTicker();
  }

  /// It ends by itself; an interrupt would break the connection that it may be using.
  private void awaitTicker() {
    try {
      if (ticker != null && !ticker.join(LEAVING)) {
        LOG.warn("the jobs ticker did not end in time");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void awaitIdle(Duration grace) {
    long end = System.nanoTime() + grace.toNanos();
    while (!active.isEmpty() && System.nanoTime() < end) {
      try {
        TimeUnit.MILLISECONDS.sleep(5);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  @Override
  public void close() {
    drain(Duration.ZERO);
  }
}
