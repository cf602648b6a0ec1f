package dev.gimbal.gateway.limits;

import dev.gimbal.gateway.limits.LeaseRules.Row;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;

/// What was really let in of one limit, written down without the code under test.
final class Truth {
  private static final long TOLERANCE = 5 * Simulation.SECOND;

  /// How long what was leased before an amount was lowered may still be used.
  private static final long AFTERMATH = 150 * Simulation.SECOND;

  private final Simulation simulation;
  Limit limit;
  private final List<Entry> entries = new ArrayList<>();
  private final Deque<Amount> amounts = new ArrayDeque<>();
  private final Map<Reservation, Entry> open = new HashMap<>();

  private record Amount(long until, long amount) {}

  private static final class Entry {
    final UUID node;
    final long at;
    final long window;
    final boolean request;
    long amount;
    boolean runs = true;

    Entry(UUID node, long at, long window, long amount, boolean request) {
      this.node = node;
      this.at = at;
      this.window = window;
      this.amount = amount;
      this.request = request;
    }
  }

  Truth(Simulation simulation, Limit limit) {
    this.simulation = simulation;
    this.limit = limit;
  }

  void change(Random random) {
    amounts.add(new Amount(simulation.now + AFTERMATH, limit.amount()));
    long amount =
        Math.max(1, limit.amount() + random.nextLong(-limit.amount(), limit.amount() + 9));
    limit =
        new Limit(
            limit.id(),
            limit.tenant(),
            limit.name(),
            limit.scope(),
            limit.unit(),
            amount,
            limit.window(),
            true,
            false);
  }

  /// The most that may have been let in: the greatest amount of late.
  private long allowed() {
    if (limit.window().lingerMillis() != Long.MAX_VALUE) {
      amounts.removeIf(amount -> amount.until < simulation.now);
    }
    return Math.max(limit.amount(), amounts.stream().mapToLong(Amount::amount).max().orElse(0));
  }

  void add(UUID node, Decision decision, List<Demand> demands) {
    Reservation reservation = ((Decision.Admitted) decision).reservation();
    for (Demand demand : demands) {
      if (demand.limit().id().equals(limit.id())) {
        long window = ((Held) reservation).windowOf(limit);
        Entry entry =
            new Entry(
                node, simulation.now, window, demand.amount(), limit.unit() == Limit.Unit.REQUESTS);
        checkTime(window);
        entries.add(entry);
        open.put(reservation, entry);
        check();
      }
    }
  }

  private void checkTime(long window) {
    long end = limit.window().endOf(window);
    long millis = simulation.storeMillis();
    long tolerance = TOLERANCE / 1_000_000;
    if (end != Long.MAX_VALUE && (millis > end + tolerance || millis < window - tolerance)) {
      simulation.violated("let in at " + millis + " by a lease of the window " + window);
    }
  }

  /// A call that runs is one at the upstream, whether our node stands still or not.
  void upstreamEnded(Reservation reservation) {
    Entry entry = open.get(reservation);
    if (entry != null && limit.unit() == Limit.Unit.PARALLEL) {
      entry.runs = false;
    }
  }

  void end(Reservation reservation, long used, boolean cancelled) {
    Entry entry = open.remove(reservation);
    if (entry != null) {
      entry.runs = false;
      if (!entry.request || cancelled) {
        entry.amount = Math.min(used, entry.amount);
      }
    }
  }

  void dead(UUID reborn) {
    open.values()
        .removeIf(
            entry -> {
              boolean gone =
                  entry.node.getMostSignificantBits() == reborn.getMostSignificantBits()
                      && !entry.node.equals(reborn);
              entry.runs &= !gone;
              return gone;
            });
  }

  /// What was let in only grows by letting in.
  private void check() {
    long sum =
        switch (limit.window()) {
          case Window.Running running ->
              entries.stream().filter(entry -> entry.runs).mapToLong(entry -> entry.amount).sum();
          case Window.Rolling rolling -> rolling(rolling.length().toNanos());
          case Window.Calendar calendar -> worstWindow();
          case Window.Total total -> worstWindow();
        };
    if (sum > allowed()) {
      simulation.violated(
          sum + " were let in of " + allowed() + " at " + simulation.now + " of " + limit);
    }
  }

  private long rolling(long length) {
    long most = length - length / 500;
    entries.removeIf(entry -> !entry.runs && entry.at < simulation.now - length);
    return entries.stream()
        .filter(entry -> entry.at > simulation.now - most)
        .mapToLong(entry -> entry.amount)
        .sum();
  }

  private long worstWindow() {
    Map<Long, Long> sums = new HashMap<>();
    entries.forEach(entry -> sums.merge(entry.window, entry.amount, Long::sum));
    return sums.values().stream().mapToLong(Long::longValue).max().orElse(0);
  }

  /// After quiet time nothing is under way.
  void checkRest() {
    if (entries.stream().anyMatch(entry -> entry.runs)) {
      throw new AssertionError("a call of a living node was never settled");
    }
  }

  /// What a node can have that is alone and asks for one after the other.
  long left(List<Row> rows) {
    long window = limit.window().startAt(simulation.storeMillis());
    if (limit.window().lingerMillis() != Long.MAX_VALUE) {
      return limit.amount();
    }
    long taken = 0;
    for (Row row : rows) {
      long used =
          entries.stream()
              .filter(entry -> entry.node.equals(row.node()) && entry.window == row.window())
              .mapToLong(entry -> entry.amount)
              .sum();
      if (used > row.taken()) {
        throw new AssertionError(used + " were used by " + row);
      }
      boolean present = row.window() == window;
      long known = present ? row.taken() : row.spent();
      if (simulation.living(row.node()) && used != known) {
        throw new AssertionError("a living node used " + used + " and not as in " + row);
      }
      // A request that was told and then cancelled stays counted.
      boolean exact = limit.unit() != Limit.Unit.REQUESTS;
      if (simulation.buried.contains(row.node()) && exact && used != row.taken()) {
        throw new AssertionError("a dead node used " + used + " and holds more: " + row);
      }
      taken += present ? row.taken() : 0;
    }
    return Math.max(0, limit.amount() - taken);
  }
}
