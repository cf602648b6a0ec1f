package dev.gimbal.gateway.limits;

import dev.gimbal.gateway.limits.Limit.Scope;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The limits of one tenant, found by whom they are for. Immutable; built anew at each change.
public final class LimitSet {
  /// That of a tenant without any.
  public static final LimitSet EMPTY = new LimitSet(List.of());

  private final Map<Scope, List<Limit>> byScope = new HashMap<>();

  /// @param limits of one tenant
  public LimitSet(Collection<Limit> limits) {
    for (Limit limit : limits) {
      byScope.computeIfAbsent(limit.scope(), scope -> new ArrayList<>()).add(limit);
    }
  }

  /// Whether there is none.
  public boolean isEmpty() {
    return byScope.isEmpty();
  }

  /// The limits that a call counts in.
  public List<Limit> of(Names names) {
    if (byScope.isEmpty()) {
      return List.of();
    }
    List<Limit> found = new ArrayList<>();
    found.addAll(byScope.getOrDefault(Scope.TENANT, List.of()));
    for (String user : names.users()) {
      add(found, Scope.Kind.USER, user);
    }
    for (String key : names.keys()) {
      add(found, Scope.Kind.KEY, key);
    }
    add(found, Scope.Kind.APP, names.app());
    add(found, Scope.Kind.ROUTE, names.route());
    return found;
  }

  private void add(List<Limit> found, Scope.Kind kind, @Nullable String name) {
    if (name != null && !name.isEmpty()) {
      found.addAll(byScope.getOrDefault(new Scope(kind, name), List.of()));
    }
  }

  /// Who calls, by name.
  ///
  /// @param users names under which limits of the user may be declared: its name, its id
  /// @param keys the same of the key; empty: not by key
  /// @param app null: not by an application
  /// @param route null: a model was named
  public record Names(
      List<String> users, List<String> keys, @Nullable String app, @Nullable String route) {
    public Names {
      users = List.copyOf(users);
      keys = List.copyOf(keys);
    }
  }
}
