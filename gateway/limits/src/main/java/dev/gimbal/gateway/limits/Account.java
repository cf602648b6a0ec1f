package dev.gimbal.gateway.limits;

import dev.gimbal.gateway.limits.LeaseStore.Answer;
import dev.gimbal.gateway.limits.LeaseStore.Ask;
import dev.gimbal.gateway.limits.LeaseStore.Report;
import dev.gimbal.gateway.limits.LeaseStore.Want;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// One limit as a node knows it: the present lease, leases of windows that are over and not yet
/// settled, and at most one ask under way. For one thread at a time.
final class Account {
  private static final long MILLI = 1_000_000;

  /// How much slower a node's clock may run than the store's: one part in so many.
  private static final long DRIFT = 1_000;

  /// Nothing is asked so soon after a lease came that could not be used.
  private static final long BREATH = 2 * MILLI;

  /// How much more seldom a use is told that nobody adds up over a long time.
  private static final int SELDOM = 5;

  private static final long APPETITE_GROWS = 1_000 * MILLI;

  private static final long SECOND = 1_000 * MILLI;

  /// Where plenty is left a lease is to last so long: by it calls go on while the store is away.
  private static final long AHEAD = 75 * SECOND;

  /// No more than this part of what is left is leased for that.
  private static final long PLENTY = 32;

  /// How much longer than others a lease of what is left in plenty is kept by an idle node.
  static final long KEPT = 20;

  private Limit limit;
  private @Nullable Lease lease;
  private final Deque<Lease> closing = new ArrayDeque<>();

  private final AtomicLong numbers;
  private final LeaseTrace trace;
  private long sequence;
  private boolean asking;
  private long askedAt;
  private @Nullable Lease askedOf;
  private long lastCall = 1;

  private long rest;
  private long windowEnds = Long.MAX_VALUE;
  private boolean scarce;
  private long appetite = 1;
  private long neededAt;
  private long usedAt;

  /// Since the last report.
  private long taken;
  private long reportedAt;
  private long notBefore;
  private long restUntil;
  private boolean failed;

  /// @param numbers of asks: they go on when an account is forgotten and made anew
  Account(Limit limit, AtomicLong numbers, LeaseTrace trace, long now) {
    this.limit = limit;
    this.numbers = numbers;
    this.trace = trace;
    this.usedAt = now;
    this.neededAt = now - APPETITE_GROWS;
    this.reportedAt = now;
    this.notBefore = now;
    this.restUntil = now;
  }

  Limit limit() {
    return limit;
  }

  /// The limit as it is declared now; counters stay.
  void follow(Limit now) {
    limit = now;
  }

  /// Whether a call of this amount can be let in by what is leased.
  boolean fits(long amount, long now) {
    return lease != null
        && lease.usable(now)
        && (!limit.hard() || amount == 0 || amount <= Math.min(lease.free(now), below(lease, now)));
  }

  /// What a limit that was lowered has left for this node, whatever it leased before.
  private long below(Lease mine, long now) {
    return limit.amount() - mine.spent(now) - mine.reserved;
  }

  /// Holds an amount that fits.
  Lease take(long amount, long now) {
    Lease from = lease;
    if (from == null) {
      throw new IllegalStateException("nothing is leased");
    }
    usedAt = now;
    taken += amount;
    from.take(amount, now);
    return from;
  }

  /// Whether nobody needs to be asked to know that an amount is not to be had: what the store said
  /// a moment ago counts still. While something is being given back it does not.
  boolean refuses(long amount, long now) {
    return !asking
        && limit.hard()
        && now - restUntil < 0
        && lease != null
        && lease.usable(now)
        && amount > Math.max(0, lease.free(now)) + rest;
  }

  /// Whether the store just failed.
  boolean resting(long now) {
    return failed && now - notBefore < 0;
  }

  boolean asking() {
    return asking;
  }

  boolean mayAsk(long now) {
    return !asking && now - notBefore >= 0;
  }

  long sequence() {
    return sequence;
  }

  /// @param need of calls that wait, all together
  Ask askFor(long need, long call, UUID node, long now) {
    appetite =
        now - neededAt < APPETITE_GROWS
            ? Math.min(Math.max(appetite, call) * 2, Math.max(call, limit.amount() / 4))
            : Math.max(call, appetite / 2);
    neededAt = now;
    lastCall = call;
    long missing = Math.max(0, need - (lease == null ? 0 : lease.free(now)));
    return ask(lease, 0, new Want(missing, missing + appetite, call), node, now);
  }

  /// What to lease beyond what is free, so that calls go on for a while without the store. Only of
  /// what is left in plenty.
  private long stock(long free, long now) {
    long passed = Math.max(SECOND, now - reportedAt);
    long ahead = (long) ((double) AHEAD / passed * taken);
    return scarce ? 0 : Math.max(0, Math.min(rest / PLENTY, ahead) - free);
  }

  /// What there is to tell or to give back; null if nothing is.
  ///
  /// @param wanted whether a call waits that needs it: then nothing is given back
  @Nullable Ask due(UUID node, BookConfig config, boolean wanted, long now) {
    if (!mayAsk(now)) {
      return null;
    }
    for (Lease old : closing) {
      if (old.dirty && now - reportedAt >= config.report().toNanos()) {
        return ask(old, Math.max(0, old.free(now)), nothing(), node, now);
      }
    }
    Lease mine = lease;
    if (mine == null) {
      // The first ask may have leased something without our hearing of it.
      boolean again = failed && now - askedAt >= config.report().toNanos();
      return again ? ask(null, 0, nothing(), node, now) : null;
    }
    long free = Math.max(0, mine.free(now));
    boolean plenty = !scarce && free <= rest / PLENTY;
    boolean idle = now - usedAt >= config.idle().toNanos() * (plenty ? KEPT : 1);
    if (free > 0 && !wanted && (scarce || idle)) {
      return ask(mine, free, nothing(), node, now);
    }
    boolean holds = mine.reserved > 0 || (comesBack() ? mine.held > 0 : free > 0);
    long every = config.report().toNanos() * (comesBack() ? SELDOM : 1);
    boolean late = now - reportedAt >= every;
    if ((mine.dirty && late) || (holds && now - mine.renewAt >= 0)) {
      return ask(mine, 0, new Want(0, stock(free, now), lastCall), node, now);
    }
    return null;
  }

  /// All that can be given back at the end.
  @Nullable Ask last(UUID node, long now) {
    Lease mine = lease;
    if (mine == null || asking || !(mine.dirty || mine.free(now) > 0)) {
      return null;
    }
    return ask(mine, Math.max(0, mine.free(now)), nothing(), node, now);
  }

  private Want nothing() {
    return new Want(0, 0, lastCall);
  }

  private Ask ask(@Nullable Lease of, long release, Want want, UUID node, long now) {
    asking = true;
    askedAt = now;
    askedOf = of;
    sequence = numbers.incrementAndGet();
    if (of == null) {
      return new Ask(limit, node, sequence, Window.NONE, 0, Report.NONE, want);
    }
    // What is given back is out of the book before anybody hears of it.
    of.held -= release;
    of.dirty = false;
    taken = 0;
    reportedAt = now;
    Report report = new Report(of.spent(now), of.reserved, release);
    return new Ask(limit, node, sequence, of.window, of.epoch, report, want);
  }

  /// Whether the ask under way has waited too long.
  boolean overdue(long now, Duration answer) {
    return asking && now - askedAt >= answer.toNanos();
  }

  /// The store failed: the ask may have taken effect or not, and may yet.
  void fail(long now, Duration pause) {
    asking = false;
    failed = true;
    notBefore = now + pause.toNanos();
    if (askedOf != null) {
      askedOf.dirty = true;
    }
  }

  /// Takes an answer in.
  ///
  /// @return whether the calls that were asked for can be decided by it: not if it is of another
  ///     lease than the ask was, or came too late to be used
  boolean adopt(Answer answer, long now, Duration remembered) {
    asking = false;
    failed = false;
    boolean same =
        lease != null && lease.window == answer.window() && lease.epoch == answer.epoch();
    boolean blank = lease == null;
    if (!same) {
      replace(answer, blank && !comesBack() ? answer.spent() : 0);
    }
    Lease mine = lease;
    if (mine == null) {
      throw new IllegalStateException("an answer makes a lease");
    }
    mine.held = answer.held();
    long valid = answer.validMillis() * MILLI;
    mine.validUntil = askedAt + valid - valid / DRIFT - MILLI;
    mine.renewAt = askedAt + valid / 2;
    rest = answer.rest();
    restUntil = now + remembered.toNanos();
    windowEnds =
        answer.leftMillis() == Long.MAX_VALUE
            ? Long.MAX_VALUE
            : askedAt + answer.leftMillis() * MILLI;
    scarce = answer.scarce();
    closing.removeIf(Account::settled);
    if (!mine.usable(now)) {
      notBefore = now + BREATH;
      return false;
    }
    return same || blank;
  }

  private boolean comesBack() {
    return limit.window().lingerMillis() != Long.MAX_VALUE;
  }

  private void replace(Answer answer, long known) {
    Lease old = lease;
    if (old != null && !comesBack() && !old.told()) {
      closing.add(old);
    } else if (old != null) {
      old.close();
    }
    lease = new Lease(limit, answer.window(), answer.epoch(), known, trace);
  }

  private static boolean settled(Lease old) {
    if (old.told()) {
      old.close();
      return true;
    }
    return false;
  }

  /// It is forgotten.
  void close() {
    closing.forEach(Lease::close);
    if (lease != null) {
      lease.close();
    }
  }

  /// Whether nothing is lost by forgetting it: the store has it all.
  boolean forgettable(long now, Duration idle) {
    Lease mine = lease;
    boolean old = !asking && !failed && closing.isEmpty() && now - usedAt >= KEPT * idle.toNanos();
    return old
        && (mine == null || (mine.told() && (comesBack() ? mine.held == 0 : mine.free(now) <= 0)));
  }

  /// Units that are left, as far as this node knows.
  long remaining(long now) {
    long own = lease == null ? 0 : Math.max(0, lease.free(now));
    return own + rest;
  }

  /// How long until an amount may fit; null: nobody knows.
  @Nullable Duration fitsIn(long amount, long now) {
    return switch (limit.window()) {
      case Window.Calendar c -> Duration.ofNanos(Math.max(MILLI, windowEnds - now));
      case Window.Total t -> null;
      case Window.Running r -> Duration.ofSeconds(1);
      case Window.Rolling r ->
          lease == null
              ? r.length()
              : Duration.ofNanos(lease.freeIn(now, amount - Math.max(0, lease.free(now))));
    };
  }
}
