package dev.gimbal.gateway.conformance;

import dev.gimbal.gateway.conformance.wire.Wire;
import java.io.IOException;
import java.util.Set;
import java.util.function.BiPredicate;

/// One thing that a gateway must do.
///
/// @param row of the list of wire cases; 0: that the pair works at all
/// @param title names the case within its row, and says what happens
/// @param applies to a caller's and an upstream's wire
/// @param elsewhere why it does not apply to the other pairs
public record Case(
    int row, String title, BiPredicate<Wire, Wire> applies, String elsewhere, Act act) {

  /// Plays the case; returns when everything was as it must be.
  @FunctionalInterface
  public interface Act {
    void play(Bench bench) throws IOException, InterruptedException;
  }

  /// A case for every pair.
  public static Case everywhere(int row, String title, Act act) {
    return new Case(row, title, (caller, upstream) -> true, "", act);
  }

  /// A case for every caller of some upstreams.
  public static Case behind(Set<Wire> upstreams, int row, String title, String elsewhere, Act act) {
    return new Case(row, title, (from, to) -> upstreams.contains(to), elsewhere, act);
  }

  /// A case for callers and upstreams of one wire.
  public static Case within(int row, String title, String elsewhere, Act act) {
    return new Case(row, title, (from, to) -> from == to, elsewhere, act);
  }
}
