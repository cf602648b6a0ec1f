package dev.gimbal.platform.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.gimbal.platform.database.Database;
import dev.gimbal.platform.database.testing.TestDatabase;
import dev.gimbal.platform.ids.Ids;
import dev.gimbal.platform.ids.TenantId;
import dev.gimbal.platform.ids.TimeOrderedIds;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What durable jobs promise.
class JobsIT {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final JobsConfig QUICK =
      new JobsConfig(
          2,
          Duration.ofMillis(100),
          Duration.ofMillis(200),
          2,
          Duration.ofMillis(1),
          Duration.ofMillis(5));

  private final Ids ids = new TimeOrderedIds(Clock.systemUTC());
  private final TenantId tenant = new TenantId(ids.next());
  private final TenantId other = new TenantId(ids.next());
  private final JsonNode input = JsonNodeFactory.instance.objectNode().put("of", "the kind");
  private final List<AutoCloseable> opened = new ArrayList<>();
  private TestDatabase database;
  private Jobs jobs;

  @BeforeEach
  void open() {
    database = TestDatabase.fresh();
    jobs = node(database, QUICK);
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable each : opened.reversed()) {
      each.close();
    }
    database.close();
  }

  @Test
  void shouldRunAJobWithItsInputOnceItsTransactionCommitted() {
    ConcurrentLinkedQueue<String> ran = new ConcurrentLinkedQueue<>();
    jobs.register(
        "say",
        run -> {
          ran.add(run.tenant() + " " + run.owner() + " " + run.input());
          run.progress(3, 4);
        });
    jobs.start();

    UUID job = enqueue(tenant, "say");

    await(() -> state(tenant, job) == Job.State.SUCCEEDED);
    assertThat(ran).containsExactly(tenant + " the owner " + input);
    Job found = jobs.find(tenant, job).orElseThrow();
    assertThat(found.done()).isEqualTo(3);
    assertThat(found.total()).isEqualTo(4);
    assertThat(found.ended()).isNotNull();
  }

  @Test
  void shouldNeverRunWhatARolledBackTransactionEnqueued() {
    ConcurrentLinkedQueue<UUID> ran = new ConcurrentLinkedQueue<>();
    jobs.register("note", run -> ran.add(run.id()));
    jobs.start();
    UUID lost = ids.next();

    assertThatThrownBy(
            () ->
                database.inTransaction(
                    tenant,
                    transaction -> {
                      jobs.enqueue(transaction, lost, "note", "the owner", input, 0);
                      throw new IllegalStateException("rolled back");
                    }))
        .hasMessage("rolled back");
    UUID kept = enqueue(tenant, "note");

    await(() -> state(tenant, kept) == Job.State.SUCCEEDED);
    assertThat(ran).containsExactly(kept);
    assertThat(jobs.find(tenant, lost)).isEmpty();
  }

  /// One was put off and one was handed over while a clock was two days ahead; it is right again.
  @Test
  void shouldNotWaitForTheTimeOfAClockThatWasAhead() {
    ConcurrentLinkedQueue<UUID> ran = new ConcurrentLinkedQueue<>();
    jobs.register("note", run -> ran.add(run.id()));
    UUID putOff = enqueue(tenant, "note");
    UUID handedOver = enqueue(other, "note");
    String ahead = "now() + interval '2 days'";
    database.asOwner(
        handle -> {
          handle.execute("UPDATE jobs.job SET due = " + ahead);
          handle.execute("UPDATE jobs.job SET state = 'admitted' WHERE id = ?", handedOver);
          return handle.execute(
              "INSERT INTO jobs.scheduled_tasks"
                  + " (task_name, task_instance, execution_time, picked, version)"
                  + " VALUES (?, ?, "
                  + ahead
                  + ", false, 1)",
              Admission.TASK,
              new JobKey(other, handedOver).instance(1));
        });

    jobs.start();

    await(() -> state(tenant, putOff) == Job.State.SUCCEEDED);
    await(() -> state(other, handedOver) == Job.State.SUCCEEDED);
    assertThat(ran).containsExactlyInAnyOrder(putOff, handedOver);
  }

  @Test
  void shouldAddNothingWhenTheSameIdIsEnqueuedAgain() {
    AtomicInteger runs = new AtomicInteger();
    jobs.register("count", run -> runs.incrementAndGet());
    jobs.start();
    UUID job = enqueue(tenant, "count");
    await(() -> state(tenant, job) == Job.State.SUCCEEDED);

    enqueue(tenant, job, "count");
    UUID next = enqueue(tenant, "count");

    await(() -> state(tenant, next) == Job.State.SUCCEEDED);
    assertThat(runs).hasValue(2);
  }

  @Test
  void shouldServeATenantsFirstJobAfterAtMostAFewOfAThousandOfAnother() {
    ConcurrentLinkedQueue<TenantId> order = new ConcurrentLinkedQueue<>();
    Semaphore gate = new Semaphore(0);
    jobs.register(
        "work",
        run -> {
          gate.acquire();
          order.add(run.tenant());
        });
    database.inTransaction(
        tenant,
        transaction -> {
          for (int number = 0; number < 1_000; number++) {
            jobs.enqueue(transaction, ids.next(), "work", "the owner", input, 0);
          }
          return true;
        });
    jobs.start();
    await(() -> jobs.list(tenant, null, 1_000).stream().anyMatch(this::runs));
    for (int number = 0; number < 3; number++) {
      enqueue(other, "work");
    }

    gate.release(12);

    await(() -> order.size() >= 12);
    assertThat(order.stream().limit(12).filter(other::equals)).hasSize(3);
    gate.release(2_000);
  }

  @Test
  void shouldRetryWithGrowingPausesAndThenFailWithTheReason() {
    AtomicInteger attempts = new AtomicInteger();
    jobs.register(
        "break",
        run -> {
          attempts.incrementAndGet();
          throw new IllegalStateException("broken");
        });
    jobs.start();

    UUID job = enqueue(tenant, "break");

    await(() -> state(tenant, job) == Job.State.FAILED);
    assertThat(attempts).hasValue(3);
    assertThat(jobs.find(tenant, job).orElseThrow().failures())
        .containsExactly(new Job.Failure("break", "job_failed", "broken"));
    assertThat(JobsConfig.DEFAULT.pauseAfter(1)).isEqualTo(Duration.ofSeconds(1));
    assertThat(JobsConfig.DEFAULT.pauseAfter(4)).isEqualTo(Duration.ofSeconds(8));
    assertThat(JobsConfig.DEFAULT.pauseAfter(40)).isEqualTo(Duration.ofMinutes(5));
  }

  @Test
  void shouldCountEachFailedItemOnceAndKeepTheFirstThousandReasons() {
    AtomicInteger attempts = new AtomicInteger();
    jobs.register(
        "fail",
        run -> {
          int last = attempts.incrementAndGet() == 1 ? 10 : 1_005;
          for (int item = 0; item < last; item++) {
            run.failed(new Job.Failure("item " + item, "bad", "no good"));
          }
          if (last == 10) {
            throw new IllegalStateException("try again");
          }
        });
    jobs.start();

    UUID job = enqueue(tenant, "fail");

    await(() -> state(tenant, job) == Job.State.FAILED);
    Job found = jobs.find(tenant, job).orElseThrow();
    assertThat(found.failed()).isEqualTo(1_005);
    assertThat(found.failures()).hasSize(1_000);
    assertThat(found.failures().getFirst().item()).isEqualTo("item 0");
  }

  @Test
  void shouldStopARunningJobAtItsNextStepAndAWaitingOneAtOnce() {
    CountDownLatch began = new CountDownLatch(1);
    jobs.register(
        "spin",
        run -> {
          began.countDown();
          await(run::cancelled);
        });
    UUID waiting = enqueue(tenant, "spin");
    assertThat(jobs.cancel(tenant, waiting).orElseThrow().state()).isEqualTo(Job.State.CANCELLED);
    jobs.start();
    Jobs otherNode = node(database, QUICK);

    UUID running = enqueue(tenant, "spin");
    await(() -> began.getCount() == 0);
    otherNode.cancel(tenant, running);

    await(() -> state(tenant, running) == Job.State.CANCELLED);
    assertThat(jobs.cancel(other, running)).isEmpty();
    assertThat(state(tenant, waiting)).isEqualTo(Job.State.CANCELLED);
  }

  @Test
  void shouldGiveBackWhatDidNotFinishWhenTheNodeDrains() {
    AtomicInteger attempts = new AtomicInteger();
    CountDownLatch began = new CountDownLatch(2);
    JobHandler stuck =
        run -> {
          began.countDown();
          if (attempts.incrementAndGet() <= 2) {
            new CountDownLatch(1).await();
          }
        };
    jobs.register("stuck", stuck);
    jobs.start();
    UUID first = enqueue(tenant, "stuck");
    UUID second = enqueue(tenant, "stuck");
    await(() -> began.getCount() == 0);

    jobs.drain(Duration.ofMillis(50));

    assertThat(state(tenant, first)).isEqualTo(Job.State.WAITING);
    assertThat(state(tenant, second)).isEqualTo(Job.State.WAITING);
    Jobs next = node(database, QUICK);
    next.register("stuck", stuck);
    next.start();
    await(() -> state(tenant, first) == Job.State.SUCCEEDED);
    await(() -> state(tenant, second) == Job.State.SUCCEEDED);
  }

  @Test
  void shouldRunWhatAnotherNodeEnqueued() {
    jobs.register("here", run -> run.progress(1, 1));
    jobs.start();
    Jobs silent = node(database.secondNode(), QUICK);
    UUID job = ids.next();

    database.inTransaction(
        tenant,
        transaction -> {
          silent.enqueue(transaction, job, "here", "the owner", input, 0);
          return true;
        });

    await(() -> state(tenant, job) == Job.State.SUCCEEDED);
  }

  @Test
  void shouldTakeOverTheWorkOfADeadNodeAndIgnoreWhatItSaysLater() {
    CutDatabase cut = new CutDatabase(database.secondNode());
    Jobs dying = node(cut, QUICK);
    CountDownLatch resume = new CountDownLatch(1);
    CountDownLatch began = new CountDownLatch(1);
    CountDownLatch left = new CountDownLatch(1);
    dying.register(
        "work",
        run -> {
          began.countDown();
          resume.await();
          left.countDown();
        });
    dying.start();
    UUID job = enqueue(tenant, "work");
    await(() -> began.getCount() == 0);
    CountDownLatch finish = new CountDownLatch(1);
    CountDownLatch taken = new CountDownLatch(1);
    jobs.register(
        "work",
        run -> {
          taken.countDown();
          finish.await();
        });
    jobs.start();

    cut.cut();
    await(() -> taken.getCount() == 0);
    cut.mend();
    resume.countDown();
    await(() -> left.getCount() == 0);
    dying.close();

    assertThat(state(tenant, job)).isEqualTo(Job.State.RUNNING);
    finish.countDown();
    await(() -> state(tenant, job) == Job.State.SUCCEEDED);
  }

  @Test
  void shouldTakeOverAtOnceWhenNoOtherNodeLives() {
    JobsConfig patient = JobsConfig.DEFAULT;
    CutDatabase cut = new CutDatabase(database.secondNode());
    Jobs dying = node(cut, patient);
    CountDownLatch began = new CountDownLatch(1);
    CountDownLatch never = new CountDownLatch(1);
    dying.register(
        "work",
        run -> {
          began.countDown();
          never.await();
        });
    dying.start();
    UUID job = enqueue(tenant, "work");
    await(() -> began.getCount() == 0);
    cut.cut();

    Jobs next = node(database, patient);
    next.register("work", run -> {});
    JobsModule.takeOver(database, Clock.systemUTC());
    next.start();

    // Silence alone would give it over after 32 seconds, longer than this waits.
    await(() -> state(tenant, job) == Job.State.SUCCEEDED);
  }

  @Test
  void shouldShowATenantOnlyItsOwnJobsNewestFirst() {
    UUID first = enqueue(tenant, "idle");
    UUID second = enqueue(tenant, "idle");
    enqueue(other, "idle");

    assertThat(jobs.list(tenant, null, 10)).extracting(Job::id).containsExactly(second, first);
    assertThat(jobs.list(tenant, second, 10)).extracting(Job::id).containsExactly(first);
    assertThat(jobs.find(other, first)).isEmpty();
  }

  private Jobs node(Database on, JobsConfig config) {
    Jobs node = JobsModule.create(on, Clock.systemUTC(), ids, config);
    if (on != database) {
      opened.add(on);
    }
    opened.add(node);
    return node;
  }

  private boolean runs(Job job) {
    return job.state() == Job.State.RUNNING;
  }

  private UUID enqueue(TenantId whose, String kind) {
    UUID id = ids.next();
    enqueue(whose, id, kind);
    return id;
  }

  private void enqueue(TenantId whose, UUID id, String kind) {
    database.inTransaction(
        whose,
        transaction -> {
          jobs.enqueue(transaction, id, kind, "the owner", input, 0);
          return true;
        });
  }

  private Job.State state(TenantId whose, UUID id) {
    return jobs.find(whose, id).orElseThrow().state();
  }

  private static void await(BooleanSupplier condition) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("in time").isLessThan(end);
      java.util.concurrent.locks.LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
    }
  }
}
