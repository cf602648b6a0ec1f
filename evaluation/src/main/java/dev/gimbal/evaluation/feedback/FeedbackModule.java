package dev.gimbal.evaluation.feedback;

import dev.gimbal.platform.database.Database;
import dev.gimbal.platform.http.Route;
import dev.gimbal.platform.ids.Ids;
import java.time.Clock;
import java.util.List;

/// Wires what the room serves.
public final class FeedbackModule {
  private FeedbackModule() {}

  /// Brings the schema up to date and answers the routes.
  public static List<Route> create(Database database, Clock clock, Ids ids) {
    database.migrate("evaluation");
    return new FeedbackRoutes(database, clock, ids).routes();
  }
}
