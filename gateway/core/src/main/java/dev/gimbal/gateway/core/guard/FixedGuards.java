package dev.gimbal.gateway.core.guard;

import dev.gimbal.gateway.api.Gateway;
import dev.gimbal.gateway.guard.GuardDeclaration;
import dev.gimbal.gateway.guard.GuardSet;
import dev.gimbal.gateway.guard.SlowJudge;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/// The same guards for every call, declared once: for a gateway without a database. Thread-safe.
public final class FixedGuards implements Function<GuardedCall, CallGuard>, AutoCloseable {
  private final GuardSet guards;
  private final GuardPools pools;

  /// @param judge asked by guards that are slow
  public FixedGuards(List<GuardDeclaration> guards, SlowJudge judge) {
    this.guards = guards.isEmpty() ? GuardSet.NONE : new GuardSet(guards);
    this.pools = new GuardPools(judge);
  }

  /// @param inside asked when a guard names a model
  public FixedGuards(List<GuardDeclaration> guards, SlowJudge judge, Supplier<Gateway> inside) {
    this.guards = guards.isEmpty() ? GuardSet.NONE : new GuardSet(guards);
    this.pools = new GuardPools(judge, new NameFinder(inside));
  }

  @Override
  public CallGuard apply(GuardedCall call) {
    return new CallGuard(guards, call, pools);
  }

  @Override
  public void close() {
    pools.close();
  }
}
