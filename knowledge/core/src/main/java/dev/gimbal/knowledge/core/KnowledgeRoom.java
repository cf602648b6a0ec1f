package dev.gimbal.knowledge.core;

import dev.gimbal.access.api.Erasable;
import dev.gimbal.knowledge.api.Knowledge;
import dev.gimbal.knowledge.core.following.IndexFollower;
import dev.gimbal.knowledge.core.ingestion.Leftovers;
import dev.gimbal.knowledge.core.ingestion.Uploads;
import dev.gimbal.knowledge.core.store.KnowledgeErasure;
import dev.gimbal.platform.http.Route;
import dev.gimbal.release.api.Applications;
import java.util.List;

/// The room at work. Thread-safe.
public final class KnowledgeRoom implements AutoCloseable {
  private final Knowledge knowledge;
  private final Applications applications;
  private final List<Route> routes;
  private final IndexFollower follower;
  private final Uploads uploads;
  private final Leftovers leftovers;

  KnowledgeRoom(
      Knowledge knowledge,
      Applications applications,
      List<Route> routes,
      IndexFollower follower,
      Uploads uploads,
      Leftovers leftovers) {
    this.knowledge = knowledge;
    this.applications = applications;
    this.routes = List.copyOf(routes);
    this.follower = follower;
    this.uploads = uploads;
    this.leftovers = leftovers;
  }

  /// Its routes under `/api`.
  public List<Route> routes() {
    return routes;
  }

  /// Takes files in from inside the process.
  public Uploads uploads() {
    return uploads;
  }

  /// Search and answers.
  public Knowledge knowledge() {
    return knowledge;
  }

  /// Each collection as an application of its name.
  public Applications applications() {
    return applications;
  }

  /// Erases what the room holds about a person.
  public Erasable erasable() {
    return new KnowledgeErasure();
  }

  /// Begins to keep the index true. Before jobs are started.
  public void start() {
    follower.start();
  }

  /// Whether this node's index holds all that the database held at the start.
  public boolean ready() {
    return follower.caughtUp().isDone();
  }

  /// Waits until every change that was committed before the call is in this node's index.
  public void settle() throws InterruptedException {
    follower.settle();
  }

  /// Fails files whose job works no more and removes half-taken uploads. To be called now and
  /// then, by any node.
  public void tidy() {
    leftovers.tidy();
  }

  /// Stops following the changes and stores how far the index is. After jobs were drained.
  @Override
  public void close() {
    follower.close();
  }
}
