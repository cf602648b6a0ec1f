package dev.gimbal.platform.jobs;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.gimbal.platform.database.Database;
import dev.gimbal.platform.database.Transaction;
import dev.gimbal.platform.ids.TenantId;
import dev.gimbal.platform.json.Json;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.SqlStatement;
import org.jspecify.annotations.Nullable;

/// Jobs as callers see them, and what a run writes about its job. What a run writes names its
/// attempt: after the job went to another run it changes nothing.
final class JobStore {
  private static final int FAILURES_KEPT = 1_000;
  private static final int FORGOTTEN_AT_ONCE = 5_000;

  private final Database database;
  private final Clock clock;

  JobStore(Database database, Clock clock) {
    this.database = database;
    this.clock = clock;
  }

  /// One start of a job.
  ///
  /// @param number of this attempt, from 1
  /// @param cancelRequested whether it need not begin
  record Attempt(
      JobKey key, String kind, String owner, JsonNode input, int number, boolean cancelRequested) {}

  void add(
      Transaction transaction, UUID id, String kind, String owner, JsonNode input, long total) {
    Handle handle = transaction.handle();
    UUID tenant = transaction.tenant().value();
    handle
        .createUpdate(
            """
            INSERT INTO jobs.job (tenant_id, id, kind, owner, input, total, due, created)
            VALUES (:tenant, :id, :kind, :owner, CAST(:input AS jsonb), :total, :now, :now)
            ON CONFLICT DO NOTHING
            """)
        .bind("tenant", tenant)
        .bind("id", id)
        .bind("kind", kind)
        .bind("owner", owner)
        .bind("input", input.toString())
        .bind("total", total)
        .bind("now", now())
        .execute();
    handle
        .createUpdate("INSERT INTO jobs.turn (tenant_id) VALUES (:tenant) ON CONFLICT DO NOTHING")
        .bind("tenant", tenant)
        .execute();
  }

  Optional<Job> find(TenantId tenant, UUID id) {
    return database.inTransaction(tenant, transaction -> find(transaction, id));
  }

  private static Optional<Job> find(Transaction transaction, UUID id) {
    List<Job.Failure> failures =
        transaction
            .handle()
            .createQuery(
                """
                SELECT item, code, message FROM jobs.failure
                WHERE tenant_id = :tenant AND job = :id ORDER BY number
                """)
            .bind("tenant", transaction.tenant().value())
            .bind("id", id)
            .map(
                (row, context) ->
                    new Job.Failure(
                        row.getString("item"), row.getString("code"), row.getString("message")))
            .list();
    return transaction
        .handle()
        .createQuery("SELECT * FROM jobs.job WHERE tenant_id = :tenant AND id = :id")
        .bind("tenant", transaction.tenant().value())
        .bind("id", id)
        .map((row, context) -> job(row, failures))
        .findOne();
  }

  /// Failures stay with [#find]: a list of jobs with a thousand each would be too long to answer.
  List<Job> list(TenantId tenant, @Nullable UUID before, int limit) {
    return database.inTransaction(
        tenant,
        transaction ->
            transaction
                .handle()
                .createQuery(
                    """
                    SELECT * FROM jobs.job
                    WHERE tenant_id = :tenant AND id < :before ORDER BY id DESC LIMIT :limit
                    """)
                .bind("tenant", tenant.value())
                .bind("before", before == null ? new UUID(-1L, -1L) : before)
                .bind("limit", limit)
                .map((row, context) -> job(row, List.of()))
                .list());
  }

  /// In steps of bounded length; another node that does the same takes other rows.
  int forgetEnded(Instant before) {
    int forgotten = 0;
    int step;
    do {
      step = database.asOwner(handle -> forgetSome(handle, before));
      forgotten += step;
    } while (step == FORGOTTEN_AT_ONCE);
    return forgotten;
  }

  private static int forgetSome(Handle handle, Instant before) {
    return handle
        .createQuery(
            """
            WITH old AS (
              SELECT tenant_id, id FROM jobs.job WHERE ended < :before
              LIMIT :most FOR UPDATE SKIP LOCKED),
            failures AS (
              DELETE FROM jobs.failure USING old
              WHERE failure.tenant_id = old.tenant_id AND failure.job = old.id),
            gone AS (
              DELETE FROM jobs.job USING old
              WHERE job.tenant_id = old.tenant_id AND job.id = old.id RETURNING 1)
            SELECT count(*) FROM gone
            """)
        .bind("before", before.atOffset(ZoneOffset.UTC))
        .bind("most", FORGOTTEN_AT_ONCE)
        .mapTo(Integer.class)
        .one();
  }

  /// A job that waits is cancelled at once; one that runs is asked to stop.
  Optional<Job> cancel(TenantId tenant, UUID id) {
    return database.inTransaction(
        tenant,
        transaction -> {
          transaction
              .handle()
              .createUpdate(
                  """
                  UPDATE jobs.job SET cancel_requested = true,
                    ended = CASE WHEN state = 'waiting' THEN CAST(:now AS timestamptz) END,
                    state = CASE WHEN state = 'waiting' THEN 'cancelled' ELSE state END
                  WHERE tenant_id = :tenant AND id = :id
                    AND state IN ('waiting', 'admitted', 'running')
                  """)
              .bind("tenant", tenant.value())
              .bind("id", id)
              .bind("now", now())
              .execute();
          return find(transaction, id);
        });
  }

  /// Begins an attempt; empty if the job is not to run (any more).
  Optional<Attempt> begin(JobKey key) {
    return database.inTransaction(
        key.tenant(),
        transaction ->
            bound(
                    transaction
                        .handle()
                        .createQuery(
                            """
                            UPDATE jobs.job SET state = 'running', attempts = attempts + 1
                            WHERE tenant_id = :tenant AND id = :id
                              AND state IN ('admitted', 'running')
                            RETURNING *
                            """),
                    key)
                .map(
                    (row, context) ->
                        new Attempt(
                            key,
                            row.getString("kind"),
                            row.getString("owner"),
                            input(row.getString("input")),
                            row.getInt("attempts"),
                            row.getBoolean("cancel_requested")))
                .findOne());
  }

  /// Writes how far it came.
  void progress(Attempt attempt, long done, long total) {
    database.inTransaction(
        attempt.key().tenant(),
        transaction ->
            fenced(
                    transaction
                        .handle()
                        .createUpdate(
                            """
                            UPDATE jobs.job SET done = :done, total = :total
                            WHERE tenant_id = :tenant AND id = :id
                              AND attempts = :attempt AND state = 'running'
                            """),
                    attempt)
                .bind("done", done)
                .bind("total", total)
                .execute());
  }

  /// Counts a failed step and keeps its reason if there is room. A step that failed in an earlier
  /// attempt already counts once.
  void failed(Attempt attempt, Job.Failure failure) {
    database.inTransaction(
        attempt.key().tenant(),
        transaction -> {
          addFailure(transaction, attempt, failure);
          return true;
        });
  }

  private static void addFailure(Transaction transaction, Attempt attempt, Job.Failure failure) {
    Optional<Long> before =
        fenced(
                transaction
                    .handle()
                    .createQuery(
                        """
                        SELECT failed FROM jobs.job
                        WHERE tenant_id = :tenant AND id = :id
                          AND attempts = :attempt AND state = 'running'
                        FOR UPDATE
                        """),
                attempt)
            .mapTo(Long.class)
            .findOne();
    if (before.isEmpty()) {
      return;
    }
    boolean counts = true;
    if (before.get() < FAILURES_KEPT) {
      counts = keep(transaction, attempt, failure, before.get() + 1);
    }
    if (counts) {
      bound(
              transaction
                  .handle()
                  .createUpdate(
                      """
                      UPDATE jobs.job SET failed = failed + 1
                      WHERE tenant_id = :tenant AND id = :id
                      """),
              attempt.key())
          .execute();
    }
  }

  private static boolean keep(
      Transaction transaction, Attempt attempt, Job.Failure failure, long number) {
    return bound(
                transaction
                    .handle()
                    .createUpdate(
                        """
                        INSERT INTO jobs.failure (tenant_id, job, item, number, code, message)
                        VALUES (:tenant, :id, :item, :number, :code, :message)
                        ON CONFLICT DO NOTHING
                        """),
                attempt.key())
            .bind("item", failure.item())
            .bind("number", number)
            .bind("code", failure.code())
            .bind("message", failure.message())
            .execute()
        == 1;
  }

  /// Ends the job; with a reason if it could not go on.
  void end(Attempt attempt, Job.State state, Optional<Job.Failure> reason) {
    database.inTransaction(
        attempt.key().tenant(),
        transaction -> {
          reason.ifPresent(failure -> addFailure(transaction, attempt, failure));
          return fenced(
                  transaction
                      .handle()
                      .createUpdate(
                          """
                          UPDATE jobs.job SET ended = :now, state = CASE
                            WHEN :state = 'succeeded' AND failed > 0 THEN 'failed'
                            ELSE :state END
                          WHERE tenant_id = :tenant AND id = :id
                            AND attempts = :attempt AND state = 'running'
                          """),
                  attempt)
              .bind("state", state.name().toLowerCase(Locale.ROOT))
              .bind("now", now())
              .execute();
        });
  }

  /// Lets it wait for another attempt.
  ///
  /// @param counts whether this attempt counts; one that was stopped with its node does not
  void again(Attempt attempt, Instant due, boolean counts) {
    database.inTransaction(
        attempt.key().tenant(),
        transaction ->
            fenced(
                    transaction
                        .handle()
                        .createUpdate(
                            """
                            UPDATE jobs.job SET state = 'waiting', due = :due,
                              attempts = attempts - :uncounted
                            WHERE tenant_id = :tenant AND id = :id
                              AND attempts = :attempt AND state = 'running'
                            """),
                    attempt)
                .bind("due", due.atOffset(java.time.ZoneOffset.UTC))
                .bind("uncounted", counts ? 0 : 1)
                .execute());
  }

  private static <S extends SqlStatement<S>> S bound(S statement, JobKey key) {
    return statement.bind("tenant", key.tenant().value()).bind("id", key.id());
  }

  private static <S extends SqlStatement<S>> S fenced(S statement, Attempt attempt) {
    return bound(statement, attempt.key()).bind("attempt", attempt.number());
  }

  private OffsetDateTime now() {
    return clock.instant().atOffset(java.time.ZoneOffset.UTC);
  }

  private static Job job(ResultSet row, List<Job.Failure> failures) throws SQLException {
    @Nullable OffsetDateTime ended = row.getObject("ended", OffsetDateTime.class);
    return new Job(
        row.getObject("id", UUID.class),
        row.getString("kind"),
        row.getString("owner"),
        state(row.getString("state")),
        row.getLong("done"),
        row.getLong("total"),
        row.getLong("failed"),
        failures,
        row.getObject("created", OffsetDateTime.class).toInstant(),
        ended == null ? null : ended.toInstant());
  }

  private static Job.State state(String stored) {
    return stored.equals("admitted")
        ? Job.State.WAITING
        : Job.State.valueOf(stored.toUpperCase(Locale.ROOT));
  }

  private static JsonNode input(String json) {
    try {
      return Json.tree(json);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the input of a job is no JSON", e);
    }
  }
}
