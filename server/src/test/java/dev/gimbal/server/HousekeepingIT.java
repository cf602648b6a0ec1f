package dev.gimbal.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.gimbal.platform.database.testing.TestDatabase;
import dev.gimbal.platform.ids.Ids;
import dev.gimbal.platform.ids.TenantId;
import dev.gimbal.platform.ids.TimeOrderedIds;
import dev.gimbal.platform.jobs.Jobs;
import dev.gimbal.platform.jobs.JobsConfig;
import dev.gimbal.platform.jobs.JobsModule;
import dev.gimbal.platform.time.FakeClock;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What a day throws away, on a clock that is moved.
class HousekeepingIT {
  private static final GimbalConfig.RetentionSettings KEPT =
      new GimbalConfig.RetentionSettings(30, 7);

  private final FakeClock clock = new FakeClock(Instant.now());
  private final Ids ids = new TimeOrderedIds(Clock.systemUTC());
  private final TenantId tenant = new TenantId(ids.next());
  private TestDatabase database;
  private Jobs jobs;
  private final AtomicInteger tidied = new AtomicInteger();
  private boolean broken;
  private Housekeeping housekeeping;

  @BeforeEach
  void open() {
    database = TestDatabase.fresh();
    jobs = JobsModule.create(database, clock, ids, JobsConfig.DEFAULT);
    housekeeping = Housekeeping.of(KEPT, database, jobs, this::tidy, clock);
  }

  @AfterEach
  void close() {
    housekeeping.close();
    jobs.close();
    database.close();
  }

  @Test
  void shouldForgetAJobWithItsFailuresWhenItEndedLongerAgoThanItIsKept() {
    UUID ended = enqueue();
    UUID waiting = enqueue();
    assertThat(jobs.cancel(tenant, ended)).isPresent();
    database.inTransaction(
        tenant,
        tx ->
            tx.handle()
                .createUpdate(
                    """
                    INSERT INTO jobs.failure (tenant_id, job, item, number, code, message)
                    VALUES (:tenant, :job, 'a file', 1, 'x', 'y')
                    """)
                .bind("tenant", tenant.value())
                .bind("job", ended)
                .execute());

    clock.advance(Duration.ofDays(29));
    housekeeping.look();
    assertThat(jobs.find(tenant, ended)).isPresent();

    clock.advance(Duration.ofDays(2));
    housekeeping.look();
    assertThat(jobs.find(tenant, ended)).isEmpty();
    assertThat(jobs.find(tenant, waiting)).isPresent();
    assertThat(count("jobs.failure")).isZero();
  }

  @Test
  void shouldForgetChangesThatWereLoggedLongerAgoThanTheyAreKept() {
    database.inTransaction(
        tenant,
        tx -> {
          tx.changed("thing", ids.next().toString());
          return true;
        });

    clock.advance(Duration.ofDays(6));
    housekeeping.look();
    assertThat(count("gimbal.change")).isEqualTo(1);

    clock.advance(Duration.ofDays(2));
    housekeeping.look();
    assertThat(count("gimbal.change")).isZero();
  }

  @Test
  void shouldTidyAtEachLookAndGoOnWhenThatBreaks() {
    broken = true;
    UUID ended = enqueue();
    assertThat(jobs.cancel(tenant, ended)).isPresent();
    clock.advance(Duration.ofDays(31));

    housekeeping.look();
    housekeeping.look();

    assertThat(tidied).hasValue(2);
    assertThat(jobs.find(tenant, ended)).isEmpty();
  }

  private void tidy() {
    tidied.incrementAndGet();
    if (broken) {
      throw new IllegalStateException("a defect");
    }
  }

  @Test
  void shouldLookOnceADay() {
    housekeeping.look();
    UUID ended = enqueue();
    assertThat(jobs.cancel(tenant, ended)).isPresent();
    // As if it had ended long ago, on the same day.
    database.asOwner(
        handle -> handle.execute("UPDATE jobs.job SET ended = ended - interval '1 year'"));

    housekeeping.look();
    assertThat(jobs.find(tenant, ended)).isPresent();

    clock.advance(Duration.ofDays(1));
    housekeeping.look();
    assertThat(jobs.find(tenant, ended)).isEmpty();
  }

  private UUID enqueue() {
    UUID id = ids.next();
    database.inTransaction(
        tenant,
        tx -> {
          jobs.enqueue(tx, id, "any", "me", JsonNodeFactory.instance.objectNode(), 1);
          return true;
        });
    return id;
  }

  private int count(String table) {
    return database.asOwner(
        handle -> handle.createQuery("SELECT count(*) FROM " + table).mapTo(Integer.class).one());
  }
}
