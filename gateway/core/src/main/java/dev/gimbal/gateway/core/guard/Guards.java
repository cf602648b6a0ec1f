package dev.gimbal.gateway.core.guard;

import dev.gimbal.gateway.guard.SlowJudge;
import dev.gimbal.platform.http.Route;
import dev.gimbal.platform.ids.TenantId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The door of the guards. Thread-safe.
public final class Guards implements AutoCloseable {
  /// Topic of the change log.
  public static final String TOPIC = GuardStore.TOPIC;

  private final GuardStore store;
  private final GuardPools pools;
  private final HttpGuards servers;
  private final GuardRoutes routes;

  private Guards(GuardParts parts) {
    this.store = new GuardStore(parts.database(), parts.clock());
    this.servers = new HttpGuards(parts.vertx(), parts.allowPrivate());
    SlowJudge judge = new SlowJudge(parts.classifiers(), servers);
    this.pools = new GuardPools(judge, new NameFinder(parts.inside()));
    this.routes = new GuardRoutes(parts, store, judge, pools);
  }

  /// Wires the guards. Blocks: it reads all of them once.
  public static Guards create(GuardParts parts) {
    Guards guards = new Guards(parts);
    guards.reload();
    return guards;
  }

  /// `/api/guards`.
  public List<Route> routes() {
    return routes.routes();
  }

  /// The kind of a tenant's guard; null: it has none of that name.
  public @Nullable String kind(TenantId tenant, String guard) {
    return store.guards(tenant).kind(guard);
  }

  /// Reads every tenant's guards again. Blocks.
  public void reload() {
    store.reload();
  }

  /// The guards that look at a call. Microseconds, no lock; on the call's event loop.
  public CallGuard guard(GuardedCall call) {
    return new CallGuard(store.guards(call.principal().tenant()).of(call), call, pools);
  }

  @Override
  public void close() {
    pools.close();
    servers.close();
  }
}
