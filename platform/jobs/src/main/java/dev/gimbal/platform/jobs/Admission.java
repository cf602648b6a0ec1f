package dev.gimbal.platform.jobs;

import dev.gimbal.platform.database.Database;
import dev.gimbal.platform.ids.TenantId;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/// Chooses which waiting jobs run next and hands them to the scheduler.
///
/// Why it is fair. A job is handed over only when a slot of this node is free, so the order is
/// decided late; the next one is of the tenant with the fewest jobs under way, and among those of
/// the one that was served longest ago. A thousand jobs of one tenant therefore delay another's
/// first by one job at most. One node at a time chooses, in one short transaction.
final class Admission {
  /// The scheduler's name for all our work.
  static final String TASK = "job";

  /// Key of the advisory lock under which one node at a time chooses.
  private static final long LOCK = 0x67696d62616c6a6fL;

  /// Clocks of nodes differ by less.
  private static final Duration CLOCKS = Duration.ofMinutes(5);

  private final Database database;
  private final String node;
  private final int slots;
  private final Duration farthest;

  /// @param node the scheduler's name of this node
  /// @param longestPause nobody puts a job off for longer
  Admission(Database database, String node, int slots, Duration longestPause) {
    this.database = database;
    this.node = node;
    this.slots = slots;
    this.farthest = longestPause.plus(CLOCKS);
  }

  /// What is put off for longer than anything is was so by a clock that was ahead, and went back
  /// before it was begun: it is due now.
  void recall(Instant now) {
    database.asOwner(
        handle -> {
          recall(
              handle, "UPDATE jobs.job SET due = :now WHERE state = 'waiting' AND due > :far", now);
          return recall(
              handle,
              """
              UPDATE jobs.scheduled_tasks SET execution_time = :now, version = version + 1
              WHERE NOT picked AND execution_time > :far
              """,
              now);
        });
  }

  private int recall(Handle handle, String sql, Instant now) {
    return handle
        .createUpdate(sql)
        .bind("now", utc(now))
        .bind("far", utc(now.plus(farthest)))
        .execute();
  }

  /// Hands over as many jobs as there are free slots.
  ///
  /// @return how many
  int admit(Instant now) {
    if (nothingWaits(now)) {
      return 0;
    }
    return database.asOwner(
        handle -> {
          handle.select("SELECT pg_advisory_xact_lock(:lock)").bind("lock", LOCK).mapToMap().list();
          int free = slots - taken(handle);
          int admitted = 0;
          while (admitted < free && admitNext(handle, now)) {
            admitted++;
          }
          return admitted;
        });
  }

  /// Most looks find nothing, and need no lock for it.
  private boolean nothingWaits(Instant now) {
    return database.asOwner(handle -> next(handle, now)).isEmpty();
  }

  /// Slots of this node that are or are about to be taken.
  private int taken(Handle handle) {
    return handle
        .createQuery(
            """
            SELECT count(*) FROM jobs.scheduled_tasks WHERE NOT picked OR picked_by = :node
            """)
        .bind("node", node)
        .mapTo(Integer.class)
        .one();
  }

  private static Optional<JobKey> next(Handle handle, Instant now) {
    return handle
        .createQuery(
            """
            SELECT turn.tenant_id, first.id
            FROM jobs.turn
            CROSS JOIN LATERAL (
              SELECT id FROM jobs.job
              WHERE tenant_id = turn.tenant_id AND state = 'waiting' AND due <= :now
              ORDER BY due, id LIMIT 1) AS first
            ORDER BY (
              SELECT count(*) FROM jobs.job
              WHERE tenant_id = turn.tenant_id AND state IN ('admitted', 'running')), turn.last
            LIMIT 1
            """)
        .bind("now", utc(now))
        .map(
            (row, context) ->
                new JobKey(
                    new TenantId(row.getObject("tenant_id", UUID.class)),
                    row.getObject("id", UUID.class)))
        .findOne();
  }

  private static boolean admitNext(Handle handle, Instant now) {
    Optional<JobKey> next = next(handle, now);
    if (next.isEmpty()) {
      return false;
    }
    UUID tenant = next.get().tenant().value();
    int changed =
        handle
            .createUpdate(
                """
                UPDATE jobs.job SET state = 'admitted'
                WHERE tenant_id = :tenant AND id = :id AND state = 'waiting'
                """)
            .bind("tenant", tenant)
            .bind("id", next.get().id())
            .execute();
    long turn =
        handle
            .createQuery(
                """
                UPDATE jobs.turn SET last = nextval('jobs.turns')
                WHERE tenant_id = :tenant RETURNING last
                """)
            .bind("tenant", tenant)
            .mapTo(Long.class)
            .one();
    if (changed == 1) {
      handle
          .createUpdate(
              """
              INSERT INTO jobs.scheduled_tasks
                (task_name, task_instance, execution_time, picked, version)
              VALUES (:task, :instance, :now, false, 1)
              """)
          .bind("task", TASK)
          .bind("instance", next.get().instance(turn))
          .bind("now", utc(now))
          .execute();
    }
    return true;
  }

  /// Which of these attempts were asked to stop or are no longer the ones that run.
  static List<JobKey> toStop(Database database, List<JobStore.Attempt> attempts) {
    return database.asOwner(
        handle ->
            attempts.stream()
                .filter(
                    attempt ->
                        handle
                            .createQuery(
                                """
                                SELECT cancel_requested OR attempts <> :attempt
                                  OR state <> 'running'
                                FROM jobs.job WHERE tenant_id = :tenant AND id = :id
                                """)
                            .bind("attempt", attempt.number())
                            .bind("tenant", attempt.key().tenant().value())
                            .bind("id", attempt.key().id())
                            .mapTo(Boolean.class)
                            .findOne()
                            .orElse(true))
                .map(JobStore.Attempt::key)
                .toList());
  }

  private static OffsetDateTime utc(Instant instant) {
    return instant.atOffset(ZoneOffset.UTC);
  }
}
