package dev.gimbal.platform.jobs;

import dev.gimbal.platform.database.Database;
import dev.gimbal.platform.ids.Ids;
import java.time.Clock;
import java.time.ZoneOffset;

/// Wires [Jobs].
public final class JobsModule {
  private JobsModule() {}

  /// Jobs in a database, whose schema this brings up to date. Register handlers, then start.
  ///
  /// @param clock of due times and heartbeats; nodes' clocks may differ by seconds, not by minutes
  /// @param ids names this node
  public static Jobs create(Database database, Clock clock, Ids ids, JobsConfig config) {
    database.migrate("jobs");
    return new DurableJobs(database, new JobStore(database, clock), clock, ids, config);
  }

  /// Frees at once what dead nodes hold, instead of after their silence. Only for who knows that no
  /// other node lives, as the one server on an embedded database does; after [#create], before the
  /// start.
  public static void takeOver(Database database, Clock clock) {
    database.asOwner(
        handle ->
            handle
                .createUpdate(
                    """
                    UPDATE jobs.scheduled_tasks
                    SET picked = false, picked_by = NULL, last_heartbeat = NULL,
                      execution_time = :now, version = version + 1
                    WHERE picked
                    """)
                .bind("now", clock.instant().atOffset(ZoneOffset.UTC))
                .execute());
  }
}
