package dev.gimbal.gateway.routing;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/// Calls that wait because an upstream's parallel calls are all under way. Tenants take turns:
/// deficit round robin (Shreedhar and Varghese, "Efficient fair queueing using deficit round
/// robin",
/// SIGCOMM 1995), each turn worth one quantum of cost. Within a tenant first come, first served. It
/// is bounded by tenant and in all, and says when it is full. Thread-safe; a short lock, under
/// which
/// nobody else's code runs.
///
/// A slot is always in exactly one of three hands: free, held by a call, or on its way to a waiter
/// that was granted it. A waiter is granted or cancelled, never both: [Waiter#cancel] says which.
///
/// @param <T> tells tenants apart
public final class FairQueue<T> {
  private static final long MOST_TURNS = 100;
  private static final Duration LEAST_WAIT = Duration.ofSeconds(1);
  private static final Duration MOST_WAIT = Duration.ofSeconds(60);

  private final LongSupplier nanos;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<T, Flow> flows = new HashMap<>();
  private final ArrayDeque<Flow> turns = new ArrayDeque<>();
  private Rule rule;
  private int busy;
  private int waiting;
  private double meanHoldNanos;

  /// @param parallel calls at a time, at least 1
  /// @param waiting calls that may wait in all, 0: none
  /// @param waitingPerTenant of one tenant, 0: none
  /// @param quantum cost that a tenant may spend a turn, at least 1
  public record Rule(int parallel, int waiting, int waitingPerTenant, long quantum) {
    public Rule {
      if (parallel < 1 || waiting < 0 || waitingPerTenant < 0 || quantum < 1) {
        throw new IllegalArgumentException(
            "parallel and quantum must be at least 1 and waiting not negative");
      }
    }
  }

  /// @param nanos as [System#nanoTime] tells
  public FairQueue(Rule rule, LongSupplier nanos) {
    this.rule = rule;
    this.nanos = nanos;
  }

  /// What came of asking for a slot.
  public sealed interface Entry {
    /// The caller holds a slot: it must [FairQueue#leave].
    record Entered() implements Entry {}

    /// Nobody may wait any more.
    ///
    /// @param tenant whether it is the tenant that has too many waiting, and not all together
    /// @param retryAfter a guess, by how long calls took of late
    record Full(boolean tenant, Duration retryAfter) implements Entry {}
  }

  /// A call that waits.
  public final class Waiter implements Entry {
    private final Flow flow;
    private final long cost;
    private final Runnable granted;

    private Waiter(Flow flow, long cost, Runnable granted) {
      this.flow = flow;
      this.cost = cost;
      this.granted = granted;
    }

    /// Waits no longer.
    ///
    /// @return whether it still waited; if not, it holds a slot and must [FairQueue#leave]
    public boolean cancel() {
      return remove(this);
    }
  }

  private final class Flow {
    private final T tenant;
    private final LinkedHashSet<Waiter> waiters = new LinkedHashSet<>();
    private long deficit;
    private boolean inTurn;

    Flow(T tenant) {
      this.tenant = tenant;
    }
  }

  /// Takes a slot that is free and that nobody waits for; then it must [FairQueue#leave].
  public boolean tryEnter() {
    lock.lock();
    try {
      if (busy >= rule.parallel || waiting > 0) {
        return false;
      }
      busy++;
      return true;
    } finally {
      lock.unlock();
    }
  }

  /// Asks for a slot.
  ///
  /// @param cost of the call, at least 1
  /// @param granted runs when a waiter's turn has come, on the thread of whoever left, without the
  ///     lock
  public Entry enter(T tenant, long cost, Runnable granted) {
    lock.lock();
    try {
      if (busy < rule.parallel && waiting == 0) {
        busy++;
        return new Entry.Entered();
      }
      Flow flow = flows.get(tenant);
      boolean tooMany = flow != null && flow.waiters.size() >= rule.waitingPerTenant;
      if (waiting >= rule.waiting || tooMany || rule.waitingPerTenant == 0) {
        return new Entry.Full(tooMany, guess());
      }
      if (flow == null) {
        flow = new Flow(tenant);
        flows.put(tenant, flow);
        turns.addLast(flow);
      }
      Waiter waiter = new Waiter(flow, bounded(cost), granted);
      flow.waiters.add(waiter);
      waiting++;
      return waiter;
    } finally {
      lock.unlock();
    }
  }

  /// Nobody's call is worth so much that the turns go round for long until it may go.
  private long bounded(long cost) {
    return Math.clamp(cost, 1, rule.quantum * MOST_TURNS);
  }

  private Duration guess() {
    double nanosAll = meanHoldNanos * (waiting + 1) / rule.parallel;
    Duration guess = Duration.ofNanos((long) nanosAll);
    if (guess.compareTo(LEAST_WAIT) < 0) {
      return LEAST_WAIT;
    }
    return guess.compareTo(MOST_WAIT) > 0 ? MOST_WAIT : guess;
  }

  /// A slot is free again; the next waiter has it.
  ///
  /// @param since when it was taken
  public void leave(long since) {
    Optional<Waiter> next;
    lock.lock();
    try {
      long held = nanos.getAsLong() - since;
      meanHoldNanos = meanHoldNanos == 0 ? held : meanHoldNanos * 0.9 + held * 0.1;
      busy--;
      next = grant();
    } finally {
      lock.unlock();
    }
    next.ifPresent(waiter -> waiter.granted.run());
  }

  /// Counts the slot of the next waiter, if there is both.
  private Optional<Waiter> grant() {
    if (busy >= rule.parallel || waiting == 0) {
      return Optional.empty();
    }
    while (true) {
      Flow flow = turns.getFirst();
      if (!flow.inTurn) {
        flow.inTurn = true;
        flow.deficit += rule.quantum;
      }
      Waiter first = flow.waiters.getFirst();
      if (first.cost <= flow.deficit) {
        flow.deficit -= first.cost;
        drop(first);
        busy++;
        return Optional.of(first);
      }
      turns.removeFirst();
      flow.inTurn = false;
      turns.addLast(flow);
    }
  }

  /// A tenant without waiters keeps no deficit: what it did not use is not saved up.
  private void drop(Waiter waiter) {
    Flow flow = waiter.flow;
    flow.waiters.remove(waiter);
    waiting--;
    if (flow.waiters.isEmpty()) {
      flows.remove(flow.tenant);
      turns.remove(flow);
    }
  }

  private boolean remove(Waiter waiter) {
    lock.lock();
    try {
      if (!waiter.flow.waiters.contains(waiter)) {
        return false;
      }
      drop(waiter);
      return true;
    } finally {
      lock.unlock();
    }
  }

  /// Another rule from now on. Those who wait go on waiting; slots that it adds are granted at
  /// once.
  public void rule(Rule changed) {
    lock.lock();
    try {
      rule = changed;
    } finally {
      lock.unlock();
    }
    while (true) {
      Optional<Waiter> next;
      lock.lock();
      try {
        next = grant();
      } finally {
        lock.unlock();
      }
      if (next.isEmpty()) {
        return;
      }
      next.get().granted.run();
    }
  }

  /// Slots in use.
  public int busy() {
    lock.lock();
    try {
      return busy;
    } finally {
      lock.unlock();
    }
  }

  /// Calls that wait.
  public int waiting() {
    lock.lock();
    try {
      return waiting;
    } finally {
      lock.unlock();
    }
  }
}
