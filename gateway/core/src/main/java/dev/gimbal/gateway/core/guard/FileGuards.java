package dev.gimbal.gateway.core.guard;

import dev.gimbal.gateway.api.Gateway;
import dev.gimbal.gateway.guard.SlowJudge;
import dev.gimbal.gateway.guard.TextClassifier;
import dev.gimbal.platform.http.HttpException;
import dev.gimbal.platform.ids.TenantId;
import io.vertx.core.Vertx;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The guards that a file declares, swapped whole. Thread-safe.
public final class FileGuards implements AutoCloseable {
  private static final TenantGuards NOTHING = new TenantGuards(List.of());

  private final HttpGuards servers;
  private final GuardPools pools;
  private volatile Map<TenantId, TenantGuards> tenants = Map.of();

  /// @param classifiers that guards may name
  /// @param inside asked when a guard names a model
  /// @param allowPrivate whether guards on other servers may have private addresses
  public FileGuards(
      Vertx vertx,
      List<TextClassifier> classifiers,
      Supplier<Gateway> inside,
      boolean allowPrivate) {
    this.servers = new HttpGuards(vertx, allowPrivate);
    this.pools = new GuardPools(new SlowJudge(classifiers, servers), new NameFinder(inside));
  }

  /// Says whether so many guards of a tenant can be had.
  ///
  /// @throws HttpException naming `guards`
  public static void check(List<DeclaredGuard> guards) {
    if (guards.size() > TenantGuards.MOST) {
      throw HttpException.invalid("guards", "a tenant has at most " + TenantGuards.MOST);
    }
  }

  /// Calls that begin from now on meet these.
  public void swap(Map<TenantId, List<DeclaredGuard>> declared) {
    Map<TenantId, TenantGuards> next = new HashMap<>();
    declared.forEach(
        (tenant, guards) ->
            next.put(tenant, new TenantGuards(guards.stream().map(DeclaredGuard::one).toList())));
    tenants = Map.copyOf(next);
  }

  /// The kind of a tenant's guard; null: there is none of that name.
  public @Nullable String kind(TenantId tenant, String guard) {
    return tenants.getOrDefault(tenant, NOTHING).kind(guard);
  }

  /// The guards that look at a call. Microseconds, no lock; on the call's event loop.
  public CallGuard guard(GuardedCall call) {
    TenantGuards own = tenants.getOrDefault(call.principal().tenant(), NOTHING);
    return new CallGuard(own.of(call), call, pools);
  }

  @Override
  public void close() {
    pools.close();
    servers.close();
  }
}
