package dev.gimbal.gateway.limits;

import dev.gimbal.gateway.limits.Decision.Reason;
import dev.gimbal.gateway.limits.LeaseStore.Answer;
import dev.gimbal.gateway.limits.LeaseStore.Ask;
import dev.gimbal.gateway.limits.Waiter.Want;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// The limits of one tenant on one node. One short lock makes a call's reservation all or nothing;
/// nothing waits while it is held: asks are sent and calls are told after it was given back.
///
/// Calls that find too little wait in order. One that waits for a limit makes later calls wait for
/// that limit too, so that small calls do not starve a large one; it holds nothing while it waits,
/// so that none waits for another in a circle.
final class Desk {
  private static final long MOST = Long.MAX_VALUE / 8;

  private final UUID node;
  private final LeaseStore store;
  private final BookConfig config;
  private final LongSupplier ticks;
  private final AtomicLong overdrawn;
  private final LeaseTrace trace;
  private final AtomicLong numbers = new AtomicLong();
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<UUID, Account> accounts = new HashMap<>();
  private final Map<Long, CompletableFuture<Void>> flights = new ConcurrentHashMap<>();
  private final Deque<Waiter> waiters = new ArrayDeque<>();

  /// Limits that a waiting call finds too little of.
  private final Set<Account> blocked = new HashSet<>();

  /// Limits that a waiting call needs, also those that it finds enough of: what is leased of one
  /// is not given back while the answer about another is under way, or both would come and go
  /// without end.
  private final Set<Account> wanted = new HashSet<>();

  /// @param overdrawn counts what was used beyond what was reserved
  Desk(Book.Parts parts, AtomicLong overdrawn) {
    this.node = parts.node();
    this.store = parts.store();
    this.config = parts.config();
    this.ticks = parts.ticks();
    this.trace = parts.trace();
    this.overdrawn = overdrawn;
  }

  /// What to do once the lock is given back.
  private static final class After {
    final List<Sending> sendings = new ArrayList<>();
    final List<Runnable> tellings = new ArrayList<>();

    record Sending(Account account, Ask ask) {}
  }

  /// An answer that just came: who asked by it and finds too little is refused.
  private record Answered(@Nullable Account account, long number) {
    static final Answered NOTHING = new Answered(null, 0);

    boolean decides(Want want) {
      return want.account == account && want.asked == number;
    }
  }

  CompletionStage<Decision> reserve(List<Demand> demands) {
    return queue(new Held(this, demands), demands);
  }

  CompletionStage<Boolean> raise(Held held, long nanoUsd, long tokens) {
    List<Demand> more = new ArrayList<>();
    for (Demand demand : held.demands()) {
      long amount =
          switch (demand.limit().unit()) {
            case NANO_USD -> nanoUsd;
            case TOKENS -> tokens;
            case REQUESTS, PARALLEL -> 0;
          };
      if (amount > 0) {
        more.add(new Demand(demand.limit(), amount));
      }
    }
    return more.isEmpty()
        ? CompletableFuture.completedFuture(true)
        : queue(held, more).thenApply(decision -> decision instanceof Decision.Admitted);
  }

  private CompletionStage<Decision> queue(Held held, List<Demand> demands) {
    After after = new After();
    Waiter waiter;
    lock.lock();
    try {
      long now = ticks.getAsLong();
      waiter = new Waiter(held, now);
      for (Demand demand : demands) {
        waiter.wants(account(demand.limit(), now), demand.amount());
      }
      Decision decision = atOnce(waiter, now);
      if (decision != null) {
        return CompletableFuture.completedFuture(decision);
      }
      waiters.add(waiter);
      boolean asks = false;
      for (Want want : waiter.wants) {
        wanted.add(want.account);
        if (blocks(want, now)) {
          blocked.add(want.account);
          asks |= want.account.mayAsk(now);
        }
      }
      if (asks) {
        serve(after, Answered.NOTHING, now);
      }
    } finally {
      lock.unlock();
    }
    finish(after);
    return waiter.future;
  }

  long left(Limit limit) {
    lock.lock();
    try {
      Account account = accounts.get(limit.id());
      return account == null
          ? limit.amount()
          : Math.min(limit.amount(), account.remaining(ticks.getAsLong()));
    } finally {
      lock.unlock();
    }
  }

  private Account account(Limit limit, long now) {
    Account account =
        accounts.computeIfAbsent(limit.id(), id -> new Account(limit, numbers, trace, now));
    account.follow(limit);
    return account;
  }

  private boolean blocks(Want want, long now) {
    return blocked.contains(want.account) || !want.account.fits(want.amount, now);
  }

  private @Nullable Decision atOnce(Waiter waiter, long now) {
    if (waiter.held.ended()) {
      return waiter.late();
    }
    boolean fits = true;
    for (Want want : waiter.wants) {
      if (!want.account.fits(want.amount, now)) {
        fits = false;
        if (want.account.refuses(want.amount, now)) {
          return waiter.refused(want, Reason.SPENT, now);
        }
      }
      fits &= !blocked.contains(want.account);
    }
    if (fits) {
      waiter.take(now);
      return waiter.admitted(now);
    }
    return waiters.size() < config.waiting()
        ? null
        : waiter.refused(waiter.wants.getFirst(), Reason.UNAVAILABLE, now);
  }

  /// Lets in and refuses in order, and asks for what is missing.
  private void serve(After after, Answered answered, long now) {
    blocked.clear();
    wanted.clear();
    Map<Account, List<Want>> missing = new LinkedHashMap<>();
    Iterator<Waiter> queue = waiters.iterator();
    while (queue.hasNext()) {
      Waiter waiter = queue.next();
      Decision decision = decide(waiter, answered, now);
      if (decision != null) {
        queue.remove();
        after.tellings.add(() -> waiter.future.complete(decision));
        continue;
      }
      for (Want want : waiter.wants) {
        wanted.add(want.account);
        if (blocks(want, now)) {
          blocked.add(want.account);
          missing.computeIfAbsent(want.account, account -> new ArrayList<>()).add(want);
        }
      }
    }
    missing.forEach((account, wants) -> demand(after, account, wants, now));
  }

  private @Nullable Decision decide(Waiter waiter, Answered answered, long now) {
    waiter.wants.removeIf(want -> want.account.resting(now) && !want.account.limit().hard());
    boolean fits = true;
    for (Want want : waiter.wants) {
      if (!want.account.fits(want.amount, now)) {
        if (answered.decides(want)) {
          return waiter.refused(want, Reason.SPENT, now);
        }
        if (want.account.resting(now)) {
          return waiter.refused(want, Reason.UNAVAILABLE, now);
        }
        fits = false;
      }
      fits &= !blocked.contains(want.account);
    }
    if (fits && waiter.held.ended()) {
      return waiter.late();
    }
    if (fits) {
      waiter.take(now);
      return waiter.admitted(now);
    }
    if (now - waiter.since < config.patience().toNanos()) {
      return null;
    }
    Want first = waiter.wants.getFirst();
    Want slow = waiter.wants.stream().filter(want -> blocks(want, now)).findFirst().orElse(first);
    return waiter.refused(slow, Reason.UNAVAILABLE, now);
  }

  private void demand(After after, Account account, List<Want> wants, long now) {
    if (!account.mayAsk(now)) {
      return;
    }
    long need = 0;
    long call = 1;
    for (Want want : wants) {
      need = Math.min(MOST, need + Math.min(MOST, want.amount));
      call = Math.max(call, want.amount);
    }
    Ask ask = account.askFor(need, Math.min(MOST, call), node, now);
    wants.forEach(want -> want.asked = ask.sequence());
    after.sendings.add(new After.Sending(account, ask));
  }

  private void finish(After after) {
    after.tellings.forEach(Runnable::run);
    for (After.Sending sending : after.sendings) {
      var _ = send(sending.account, sending.ask);
    }
  }

  private CompletableFuture<Void> send(Account account, Ask ask) {
    CompletableFuture<Void> flight =
        store
            .exchange(ask)
            .<Void>handle(
                (answer, failure) -> {
                  answered(account, ask.sequence(), answer);
                  return null;
                })
            .toCompletableFuture();
    if (!flight.isDone()) {
      flights.put(ask.sequence(), flight);
      return flight.whenComplete((done, failure) -> flights.remove(ask.sequence()));
    }
    return flight;
  }

  /// @param answer null: the store failed
  private void answered(Account account, long number, @Nullable Answer answer) {
    After after = new After();
    lock.lock();
    try {
      if (!account.asking() || account.sequence() != number) {
        return;
      }
      long now = ticks.getAsLong();
      Answered decided = Answered.NOTHING;
      if (answer == null) {
        account.fail(now, config.pause());
      } else if (answer.gone()) {
        account.fail(now, config.pause());
        accounts.remove(account.limit().id());
        account.close();
        waiters.forEach(waiter -> waiter.wants.removeIf(want -> want.account == account));
      } else if (account.adopt(answer, now, config.refusal())) {
        decided = new Answered(account, number);
      }
      if (!waiters.isEmpty()) {
        serve(after, decided, now);
      }
      tidy(after, account, now);
    } finally {
      lock.unlock();
    }
    finish(after);
  }

  private void tidy(After after, Account account, long now) {
    if (blocked.contains(account)) {
      return;
    }
    Ask due = account.due(node, config, wanted.contains(account), now);
    if (due != null) {
      after.sendings.add(new After.Sending(account, due));
    }
  }

  /// Ends a reservation, if it has not ended.
  void end(Held held, Runnable how) {
    After after = new After();
    lock.lock();
    try {
      if (!held.end()) {
        return;
      }
      how.run();
      long now = ticks.getAsLong();
      if (!waiters.isEmpty()) {
        serve(after, Answered.NOTHING, now);
      }
      for (Demand demand : held.demands()) {
        Account account = accounts.get(demand.limit().id());
        if (account != null) {
          tidy(after, account, now);
        }
      }
    } finally {
      lock.unlock();
    }
    finish(after);
  }

  void overdrawn(long amount) {
    overdrawn.addAndGet(amount);
  }

  /// What time does: asks that were not answered fail, calls that waited too long are refused,
  /// leases are reported, renewed and given back.
  void tick() {
    After after = new After();
    lock.lock();
    try {
      long now = ticks.getAsLong();
      for (Account account : accounts.values()) {
        if (account.overdue(now, config.answer())) {
          account.fail(now, config.pause());
        }
      }
      if (!waiters.isEmpty()) {
        serve(after, Answered.NOTHING, now);
      }
      Iterator<Account> all = accounts.values().iterator();
      while (all.hasNext()) {
        Account account = all.next();
        tidy(after, account, now);
        if (!wanted.contains(account) && account.forgettable(now, config.idle())) {
          all.remove();
          account.close();
        }
      }
    } finally {
      lock.unlock();
    }
    finish(after);
  }

  /// Gives back what no call holds, once what is under way has ended.
  CompletableFuture<Void> stop() {
    CompletableFuture<?>[] under =
        flights.values().stream()
            .filter(flight -> !flight.isDone())
            .toArray(CompletableFuture[]::new);
    return under.length > 0
        ? CompletableFuture.allOf(under).thenCompose(done -> stop())
        : giveBack();
  }

  private CompletableFuture<Void> giveBack() {
    List<After.Sending> last = new ArrayList<>();
    lock.lock();
    try {
      long now = ticks.getAsLong();
      for (Account account : accounts.values()) {
        Ask ask = account.last(node, now);
        if (ask != null) {
          last.add(new After.Sending(account, ask));
        }
      }
    } finally {
      lock.unlock();
    }
    return CompletableFuture.allOf(
        last.stream()
            .map(sending -> send(sending.account, sending.ask))
            .toArray(CompletableFuture[]::new));
  }
}
