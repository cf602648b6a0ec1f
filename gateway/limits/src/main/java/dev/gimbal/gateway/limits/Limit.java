package dev.gimbal.gateway.limits;

import dev.gimbal.platform.ids.TenantId;
import java.util.UUID;

/// How much of something may be used in a window by whom. Immutable; what is used of it is counted
/// elsewhere, by its id, so a changed amount or name zeroes nothing.
///
/// @param id stable for good
/// @param name for people, in refusals
/// @param amount 0 or more, in the unit
/// @param hard whether a call that does not fit is refused; soft: it is counted only
/// @param implied whether no store has it declared: then the amount of whoever asks counts
public record Limit(
    UUID id,
    TenantId tenant,
    String name,
    Scope scope,
    Unit unit,
    long amount,
    Window window,
    boolean hard,
    boolean implied) {

  public Limit {
    if (amount < 0) {
      throw new IllegalArgumentException("the amount must not be negative, but is " + amount);
    }
    if ((unit == Unit.PARALLEL) != (window instanceof Window.Running)) {
      throw new IllegalArgumentException("parallel calls, and nothing else, count while they run");
    }
  }

  /// What is counted.
  public enum Unit {
    NANO_USD,
    TOKENS,
    REQUESTS,
    /// Calls that run at the same time.
    PARALLEL
  }

  /// Whose calls count.
  ///
  /// @param name of the user, key, application or route; empty for the tenant itself
  public record Scope(Kind kind, String name) {
    public Scope {
      if ((kind == Kind.TENANT) != name.isEmpty()) {
        throw new IllegalArgumentException("every scope but the tenant has a name");
      }
    }

    /// What a scope names.
    public enum Kind {
      TENANT,
      USER,
      KEY,
      APP,
      ROUTE
    }

    /// Every call of the tenant.
    public static final Scope TENANT = new Scope(Kind.TENANT, "");
  }
}
