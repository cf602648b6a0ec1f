package dev.gimbal.gateway.core.guard;

import dev.gimbal.gateway.guard.GuardDeclaration;
import dev.gimbal.gateway.guard.GuardSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// The guards of a tenant as of one moment. Each set of guards that a call meets is made ready
/// once. Thread-safe.
final class TenantGuards {
  /// A bit of a long each.
  static final int MOST = 64;

  private final List<One> guards;
  private final Map<Long, GuardSet> sets = new ConcurrentHashMap<>();

  /// A guard and the calls it looks at.
  record One(GuardBody body, GuardDeclaration declaration) {}

  TenantGuards(List<One> guards) {
    this.guards = List.copyOf(guards);
  }

  /// Null: there is none of that name.
  @Nullable String kind(String guard) {
    return guards.stream()
        .map(One::body)
        .filter(body -> body.name().equals(guard))
        .map(GuardBody::kind)
        .findFirst()
        .orElse(null);
  }

  GuardSet of(GuardedCall call) {
    long chosen = 0;
    for (int i = 0; i < guards.size(); i++) {
      GuardBody.Applies applies = guards.get(i).body.appliesTo();
      if (applies == null || applies.to(call)) {
        chosen |= 1L << i;
      }
    }
    return chosen == 0 ? GuardSet.NONE : sets.computeIfAbsent(chosen, this::made);
  }

  private GuardSet made(long chosen) {
    List<GuardDeclaration> meant = new ArrayList<>();
    for (int i = 0; i < guards.size(); i++) {
      if ((chosen & 1L << i) != 0) {
        meant.add(guards.get(i).declaration);
      }
    }
    return new GuardSet(meant);
  }
}
