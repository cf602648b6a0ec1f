package dev.gimbal.platform.jobs;

import dev.gimbal.platform.database.Database;
import dev.gimbal.platform.ids.Ids;
import java.time.Clock;

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
}
