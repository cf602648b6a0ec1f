package dev.gimbal.gateway.routing;

import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/// A circuit breaker over a sliding window of ended calls, after the pattern that resilience4j's
/// documentation describes: closed, open for a time, half open for a number of probes. Reads take
/// no
/// lock, changes a short one. Thread-safe.
///
/// Each state has a number, and a call remembers in which it began. What a call of an earlier state
/// has to say is no longer news: it neither closes an opened breaker nor counts as a probe. So the
/// probes under way are exactly the calls that began in this half-open state.
final class Breaker {
  /// What a call holds that was not let through.
  static final long REFUSED = -1;

  /// What a call holds that went through although the breaker is open.
  static final long DESPITE = -2;

  /// As many calls are tried for each that succeeded of late.
  private static final int TRIES_A_SUCCESS = 2;

  /// A half-open state that is this many open times old lost a probe; it starts over.
  private static final int LONGEST_HALF_OPEN = 20;

  private static final int MOST_DOUBLINGS = 5;

  private final HealthRule rule;
  private final LongSupplier nanos;
  private final ReentrantLock lock = new ReentrantLock();
  private final byte[] window;
  private final Recent recent;
  private volatile Phase phase = new Phase(State.CLOSED, 0, 0, 0);
  private volatile Rates rates = new Rates(0, 0, 0);
  private int next;
  private volatile boolean probeable;
  private int probesLeft;
  private int probesUnderWay;
  private int despiteUnderWay;

  private static final byte FAILED = 1;
  private static final byte SLOW = 2;

  /// Whether calls go through.
  public enum State {
    CLOSED,
    OPEN,
    HALF_OPEN
  }

  /// @param number of this phase
  /// @param until when an open breaker may be probed
  /// @param reopened how often the probes failed in a row
  private record Phase(State state, long number, long until, int reopened) {}

  /// @param calls that count now
  record Rates(int calls, int failed, int slow) {
    double failureRate() {
      return calls == 0 ? 0 : (double) failed / calls;
    }

    double slowRate() {
      return calls == 0 ? 0 : (double) slow / calls;
    }
  }

  Breaker(HealthRule rule, LongSupplier nanos) {
    this.rule = rule;
    this.nanos = nanos;
    this.window = new byte[rule.window()];
    this.recent = new Recent(nanos.getAsLong());
  }

  /// The state; an open breaker whose time is over is still open until somebody probes it.
  State state() {
    return phase.state;
  }

  Rates rates() {
    return rates;
  }

  /// Whether a call would be let through now.
  boolean permits() {
    Phase now = phase;
    return switch (now.state) {
      case CLOSED -> true;
      case OPEN -> nanos.getAsLong() - now.until >= 0;
      case HALF_OPEN -> probeable || lost(now);
    };
  }

  private boolean lost(Phase now) {
    return nanos.getAsLong() - now.until >= rule.open().toNanos() * LONGEST_HALF_OPEN;
  }

  /// How long until it may be probed; zero if a call would go through or is about to tell.
  Duration restsFor() {
    Phase now = phase;
    long left = now.state == State.OPEN ? now.until - nanos.getAsLong() : 0;
    return left <= 0 ? Duration.ZERO : Duration.ofNanos(left);
  }

  /// Lets a call through or not.
  ///
  /// @return what to end the call with, or [#REFUSED]
  long begin() {
    Phase now = phase;
    if (now.state == State.CLOSED) {
      return now.number;
    }
    lock.lock();
    try {
      return probe();
    } finally {
      lock.unlock();
    }
  }

  private long probe() {
    if (phase.state == State.CLOSED) {
      return phase.number;
    }
    boolean due = phase.state == State.OPEN && nanos.getAsLong() - phase.until >= 0;
    if (due || (phase.state == State.HALF_OPEN && probesLeft == 0 && lost(phase))) {
      // From here on `until` is when the half-open state began.
      become(State.HALF_OPEN, nanos.getAsLong(), phase.reopened);
      probesLeft = rule.probes();
      probeable = true;
      probesUnderWay = 0;
    }
    if (phase.state == State.OPEN || probesLeft == 0) {
      return REFUSED;
    }
    probesLeft--;
    probeable = probesLeft > 0;
    probesUnderWay++;
    return phase.number;
  }

  /// Whether a call goes through although the breaker is open, since nobody else can answer it:
  /// what fails half of the time answers the other half. As many go as twice those that succeeded
  /// in the last ten seconds, and a few to see whether it is back (the client-side throttling of
  /// Google's "Site Reliability Engineering", chapter 21). End it with [#DESPITE].
  ///
  /// @param chance random, from 0 to under 1
  boolean despite(double chance) {
    lock.lock();
    try {
      long now = nanos.getAsLong();
      int ended = recent.ended(now);
      int good = ended - recent.failed(now);
      int tried = ended + despiteUnderWay;
      boolean goes = chance * (tried + 1) >= tried - TRIES_A_SUCCESS * good;
      despiteUnderWay += goes ? 1 : 0;
      return goes;
    } finally {
      lock.unlock();
    }
  }

  /// The call ended.
  void ended(long begun, boolean failed, boolean slow) {
    lock.lock();
    try {
      recent.count(nanos.getAsLong(), failed || slow);
      if (begun == DESPITE) {
        despiteUnderWay--;
      }
      if (begun != phase.number) {
        return;
      }
      count((byte) ((failed ? FAILED : 0) | (slow ? SLOW : 0)));
      if (phase.state == State.HALF_OPEN) {
        probesUnderWay--;
        if (probesUnderWay == 0 && probesLeft == 0) {
          judgeProbes();
        }
      } else if (rates.calls >= rule.least() && broken()) {
        open(0);
      }
    } finally {
      lock.unlock();
    }
  }

  /// The call says nothing about the target: it was cancelled or never sent.
  void forgotten(long begun) {
    lock.lock();
    try {
      if (begun == DESPITE) {
        despiteUnderWay--;
      }
      if (begun == phase.number && phase.state == State.HALF_OPEN) {
        probesUnderWay--;
        probesLeft++;
        probeable = true;
      }
    } finally {
      lock.unlock();
    }
  }

  private void judgeProbes() {
    if (broken()) {
      open(Math.min(phase.reopened + 1, MOST_DOUBLINGS));
    } else {
      become(State.CLOSED, 0, 0);
    }
  }

  private boolean broken() {
    return rates.failureRate() >= rule.failureRate() || rates.slowRate() >= rule.slowRate();
  }

  private void open(int reopened) {
    long rest = rule.open().toNanos() << reopened;
    become(State.OPEN, nanos.getAsLong() + rest, reopened);
  }

  private void become(State state, long until, int reopened) {
    phase = new Phase(state, phase.number + 1, until, reopened);
    rates = new Rates(0, 0, 0);
    next = 0;
  }

  private void count(byte outcome) {
    Rates now = rates;
    boolean full = now.calls == window.length;
    byte old = full ? window[next] : 0;
    window[next] = outcome;
    next = (next + 1) % window.length;
    rates =
        new Rates(
            full ? now.calls : now.calls + 1,
            now.failed + (outcome & FAILED) - (old & FAILED),
            now.slow + ((outcome & SLOW) - (old & SLOW)) / SLOW);
  }
}
