package dev.gimbal.gateway.core.cache;

import dev.gimbal.access.api.Audit;
import dev.gimbal.gateway.cache.AnswerCache;
import dev.gimbal.gateway.cache.CacheConfig;
import dev.gimbal.gateway.cache.Embedder;
import dev.gimbal.platform.database.Database;
import dev.gimbal.platform.http.Route;
import dev.gimbal.platform.ids.Ids;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.Executor;

/// Wires the cache: its memory, its policies and its routes.
public final class CacheModule implements AutoCloseable {
  private final AnswerCache answers;
  private final CachePolicies policies;
  private final CacheFollower follower;
  private final CacheRoutes routes;

  /// What it stands on.
  ///
  /// @param beside runs what an event loop has no time for
  public record Parts(
      Database database, Audit audit, Clock clock, Ids ids, Executor beside, Embedder embedder) {}

  private CacheModule(
      AnswerCache answers, CachePolicies policies, CacheFollower follower, CacheRoutes routes) {
    this.answers = answers;
    this.policies = policies;
    this.follower = follower;
    this.routes = routes;
  }

  /// Wires it. Blocks: it reads the policies. The schema is there.
  public static CacheModule create(Parts parts, CacheConfig config) {
    AnswerCache answers = new AnswerCache(config, parts.clock(), parts.beside(), parts.embedder());
    CachePolicies policies = new CachePolicies();
    CacheStore store = new CacheStore(parts.database());
    CacheFollower follower = new CacheFollower(parts.database(), store, policies, answers);
    return new CacheModule(
        answers, policies, follower, new CacheRoutes(parts, store, answers, follower::reload));
  }

  /// Where a call looks for its answer.
  public AnswerCache answers() {
    return answers;
  }

  /// What is kept, route by route.
  public CachePolicies policies() {
    return policies;
  }

  /// Both, as calls need them.
  public CallCache calls() {
    return new CallCache(answers, policies);
  }

  /// Routes under `/api/cache`.
  public List<Route> routes() {
    return routes.routes();
  }

  @Override
  public void close() {
    follower.close();
  }
}
