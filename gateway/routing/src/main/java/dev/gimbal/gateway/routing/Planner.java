package dev.gimbal.gateway.routing;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Orders the targets of a route for one call. Thread-safe if the random source is.
///
/// Weighted order without replacement: Efraimidis and Spirakis, "Weighted random sampling with a
/// reservoir", 2006 (each target draws -ln(u)/weight, the least goes first). Held callers: weighted
/// rendezvous hashing (Schindelhauer and Schomaker, 2005): the same draw with a hash of caller and
/// target for u, so that a target which comes or goes moves only its own share of callers.
public final class Planner {
  private final RandomGenerator random;

  /// @param random thread-safe
  public Planner(RandomGenerator random) {
    this.random = random;
  }

  /// What a route makes of a call.
  ///
  /// @param targets in the order to try them; empty if none takes the call
  /// @param why in one sentence, if there are none
  public record Order(List<RouteTarget> targets, String why) {}

  /// The targets that take the call, in order. Targets whose breaker is open come last among them:
  /// who asks next finds out whether they may be tried again.
  public Order order(RouteDeclaration route, CallFacts facts, Board board) {
    List<RouteTarget> open = new ArrayList<>(route.targets().size());
    int unconditioned = 0;
    for (RouteTarget target : route.targets()) {
      if (board.health(target.model()) != null && target.when().holds(facts)) {
        unconditioned++;
        if (target.fits(facts)) {
          open.add(target);
        }
      }
    }
    if (open.isEmpty()) {
      return new Order(
          List.of(),
          unconditioned == 0
              ? "no target of the route takes this call at this time"
              : "the call is longer than any target reads or needs what none of them can");
    }
    if (open.size() > 1) {
      sort(open, route, facts, board);
      if (route.policy() == Policy.CHEAPEST) {
        affordable(open, board);
      }
      open.sort(Comparator.comparingInt(target -> available(board, target) ? 0 : 1));
    }
    return new Order(open, "");
  }

  /// Leaves the targets that what is left of a hard budget pays for. If that are none, the
  /// cheapest: what is known of the budget may be old, and whoever holds its money decides.
  ///
  /// @param open the cheapest first, those without a price last
  private static void affordable(List<RouteTarget> open, Board board) {
    Long left = board.budgetLeft();
    RouteTarget cheapest = open.getFirst();
    if (left == null || board.worstCost(cheapest.model()) == null) {
      return;
    }
    open.removeIf(
        target -> {
          Long cost = board.worstCost(target.model());
          return cost == null || cost > left;
        });
    if (open.isEmpty()) {
      open.add(cheapest);
    }
  }

  private static boolean available(Board board, RouteTarget target) {
    Health health = board.health(target.model());
    return health != null && health.available();
  }

  private void sort(List<RouteTarget> open, RouteDeclaration route, CallFacts facts, Board board) {
    switch (route.policy()) {
      case ORDERED -> {}
      case WEIGHTED -> {
        String held = route.sticky() == null ? null : route.sticky().value(facts);
        by(open, target -> draw(target, held, route.name()));
      }
      case LEAST_BUSY ->
          by(
              open,
              target -> {
                Health health = board.health(target.model());
                int busy = health == null ? 0 : health.inFlight();
                double share = Math.max(target.weight(), 0.001);
                // Chance among equals, or the first would get all calls of a quiet time.
                return (busy + 1) / share + random.nextDouble() * 0.001;
              });
      case LOWEST_LATENCY ->
          by(
              open,
              target -> {
                Health health = board.health(target.model());
                return health == null ? 0 : health.expectedNanos();
              });
      case CHEAPEST ->
          by(
              open,
              target -> {
                Long cost = board.worstCost(target.model());
                return cost == null ? Double.MAX_VALUE : cost;
              });
    }
  }

  /// Each target is valued once: health moves while a sort compares.
  private static void by(List<RouteTarget> targets, ToDoubleFunction<RouteTarget> value) {
    record Valued(RouteTarget target, double value) {}
    List<Valued> valued = new ArrayList<>(targets.size());
    for (RouteTarget target : targets) {
      valued.add(new Valued(target, value.applyAsDouble(target)));
    }
    valued.sort(Comparator.comparingDouble(Valued::value));
    for (int i = 0; i < valued.size(); i++) {
      targets.set(i, valued.get(i).target());
    }
  }

  private double draw(RouteTarget target, @Nullable String held, String route) {
    if (target.weight() == 0) {
      return Double.MAX_VALUE;
    }
    double chance =
        held == null
            ? 1 - random.nextDouble()
            : unit(hash(route + '\u0000' + held + '\u0000' + target.model()));
    return -Math.log(chance) / target.weight();
  }

  /// In (0, 1].
  private static double unit(long hash) {
    return ((hash >>> 11) + 1) * 0x1.0p-53;
  }

  /// FNV-1a, then the finaliser of splitmix64, so that all bits depend on all bytes.
  private static long hash(String text) {
    long hash = 0xcbf29ce484222325L;
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ (b & 0xff)) * 0x100000001b3L;
    }
    hash = (hash ^ (hash >>> 30)) * 0xbf58476d1ce4e5b9L;
    hash = (hash ^ (hash >>> 27)) * 0x94d049bb133111ebL;
    return hash ^ (hash >>> 31);
  }
}
