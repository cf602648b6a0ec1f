package dev.gimbal.gateway.routing;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// The credentials of one provider, each with its own limits and its own rest after a 429 or 401.
/// Thread-safe; a short lock.
public final class Credentials {
  /// How long a credential rests when its provider says 429 and no time.
  private static final Duration SHORT_REST = Duration.ofSeconds(1);

  /// How long a refused credential rests: somebody has to mend it.
  private static final Duration REFUSED_REST = Duration.ofSeconds(60);

  /// Models of one credential that can rest at a time.
  private static final int MOST_RESTING = 1_000;

  private final LongSupplier nanos;
  private final ReentrantLock lock = new ReentrantLock();
  private final List<Member> members = new ArrayList<>();

  /// @param nanos as [System#nanoTime] tells
  public Credentials(LongSupplier nanos) {
    this.nanos = nanos;
  }

  /// What one credential is good for; null: without a limit of ours.
  public record Limits(
      String name,
      @Nullable Integer requestsPerMinute,
      @Nullable Long tokensPerMinute,
      @Nullable Integer parallelCalls) {
    public Limits {
      positive("requests_per_minute", requestsPerMinute);
      positive("tokens_per_minute", tokensPerMinute);
      positive("parallel_calls", parallelCalls);
    }

    private static void positive(String field, @Nullable Number limit) {
      if (limit != null && limit.longValue() < 1) {
        throw new InvalidRouteException(field, "must be at least 1, but is " + limit);
      }
    }

    /// A credential without limits.
    public static Limits none(String name) {
      return new Limits(name, null, null, null);
    }
  }

  /// For people.
  ///
  /// @param restsFor zero: it does not rest
  public record Shown(
      String name,
      int inFlight,
      long requestsLastMinute,
      long tokensLastMinute,
      Duration restsFor) {}

  /// What came of asking for a credential.
  public sealed interface Pick {}

  /// It may be used; give it back once.
  public final class Lease implements Pick {
    private final Member member;
    private final String model;
    private final long tokens;
    private final long at;
    private boolean open = true;

    private Lease(Member member, String model, long tokens, long at) {
      this.member = member;
      this.model = model;
      this.tokens = tokens;
      this.at = at;
    }

    /// The credential's name.
    public String name() {
      return member.limits.name;
    }

    /// The call ended.
    ///
    /// @param used tokens of prompt and answer; null: as many as were assumed
    /// @param failure null: none
    public void close(@Nullable Long used, @Nullable Failure failure) {
      giveBack(this, used, failure);
    }
  }

  /// None can be had now.
  ///
  /// @param retryAfter when one may
  /// @param limited whether a limit stands in the way, and not all of them are refused
  public record Busy(Duration retryAfter, boolean limited) implements Pick {}

  /// The pinned credential is not there any more: nobody else can answer this call.
  public record Gone(String pinned) implements Pick {}

  private static final class Member {
    private Limits limits;
    private final MinuteWindow requests;
    private final MinuteWindow tokens;
    private final Map<String, Long> resting = new HashMap<>();
    private long restsUntil;
    private boolean refused;
    private int inFlight;

    Member(Limits limits, long now) {
      this.limits = limits;
      this.requests = new MinuteWindow(now);
      this.tokens = new MinuteWindow(now);
      this.restsUntil = now;
    }

    /// Nanoseconds until it can take the call; 0: now.
    long waits(String model, long amount, long now) {
      long wait = Math.max(limitedFor(amount, now), restsUntil - now);
      Long until = resting.get(model);
      return until == null ? wait : Math.max(wait, until - now);
    }

    /// Nanoseconds until its own limits have room; 0: now.
    long limitedFor(long amount, long now) {
      long wait = 0;
      Integer perMinute = limits.requestsPerMinute;
      if (perMinute != null) {
        wait = Math.max(wait, requests.nanosUntil(now, perMinute, 1));
      }
      Long tokensPerMinute = limits.tokensPerMinute;
      if (tokensPerMinute != null) {
        wait = Math.max(wait, tokens.nanosUntil(now, tokensPerMinute, amount));
      }
      Integer parallel = limits.parallelCalls;
      if (parallel != null && inFlight >= parallel) {
        wait = Math.max(wait, SHORT_REST.toNanos());
      }
      return wait;
    }

    /// The share of its tightest limit that is used.
    double used(long now) {
      double most = 0;
      if (limits.requestsPerMinute != null) {
        most = Math.max(most, (double) requests.used(now) / limits.requestsPerMinute);
      }
      if (limits.tokensPerMinute != null) {
        most = Math.max(most, (double) tokens.used(now) / limits.tokensPerMinute);
      }
      if (limits.parallelCalls != null) {
        most = Math.max(most, (double) inFlight / limits.parallelCalls);
      }
      return most;
    }
  }

  /// Sets which there are. One that was there before keeps what it has used and its rest.
  public void declare(List<Limits> limits) {
    lock.lock();
    try {
      Map<String, Member> before = new HashMap<>();
      members.forEach(member -> before.put(member.limits.name, member));
      members.clear();
      for (Limits each : limits) {
        Member member = before.get(each.name);
        if (member == null) {
          member = new Member(each, nanos.getAsLong());
        }
        member.limits = each;
        members.add(member);
      }
    } finally {
      lock.unlock();
    }
  }

  /// Takes the least used credential that has room.
  ///
  /// @param tokens that the call may use, estimated
  /// @param pinned the only one that will do; null: any
  public Pick take(String model, long tokens, @Nullable String pinned) {
    return take(model, tokens, pinned, false);
  }

  /// The same.
  ///
  /// @param insisting whether one that rests will do where all of them do: nobody else is to be
  ///     asked, and the caller rather hears the provider's own word
  public Pick take(String model, long tokens, @Nullable String pinned, boolean insisting) {
    lock.lock();
    try {
      long now = nanos.getAsLong();
      Member best = null;
      Member resting = null;
      boolean found = pinned == null;
      boolean limited = false;
      long soonest = Long.MAX_VALUE;
      for (Member member : members) {
        if (pinned != null && !pinned.equals(member.limits.name)) {
          continue;
        }
        found = true;
        long wait = member.waits(model, tokens, now);
        if (wait > 0) {
          if (insisting && resting == null && member.limitedFor(tokens, now) == 0) {
            resting = member;
          }
          soonest = Math.min(soonest, wait);
          limited |= !member.refused || member.restsUntil - now <= 0;
        } else if (best == null || before(member, best, now)) {
          best = member;
        }
      }
      if (best == null) {
        best = resting;
      }
      if (best != null) {
        return lease(best, model, tokens, now);
      }
      if (!found) {
        return new Gone(String.valueOf(pinned));
      }
      boolean none = soonest == Long.MAX_VALUE;
      return new Busy(none ? SHORT_REST : Duration.ofNanos(soonest), limited);
    } finally {
      lock.unlock();
    }
  }

  private static boolean before(Member one, Member other, long now) {
    int order = Double.compare(one.used(now), other.used(now));
    if (order == 0) {
      order = Integer.compare(one.inFlight, other.inFlight);
    }
    return order == 0 ? one.requests.used(now) < other.requests.used(now) : order < 0;
  }

  private Lease lease(Member member, String model, long tokens, long now) {
    member.inFlight++;
    member.requests.add(now, 1);
    member.tokens.add(now, tokens);
    return new Lease(member, model, tokens, now);
  }

  private void giveBack(Lease lease, @Nullable Long used, @Nullable Failure failure) {
    lock.lock();
    try {
      if (!lease.open) {
        return;
      }
      lease.open = false;
      long now = nanos.getAsLong();
      Member member = lease.member;
      member.inFlight--;
      if (used != null) {
        member.tokens.correct(now, lease.at, used - lease.tokens);
      }
      if (failure == null) {
        member.refused = false;
      } else if (failure.ours()) {
        member.refused = true;
        member.restsUntil = now + REFUSED_REST.toNanos();
      } else if (failure.limited()) {
        rest(member, lease.model, failure, now);
      }
    } finally {
      lock.unlock();
    }
  }

  /// Vendors limit a credential by model: its other models go on.
  private static void rest(Member member, String model, Failure failure, long now) {
    Duration asked = Retries.capped(failure.retryAfter());
    Duration rest = asked == null ? SHORT_REST : asked;
    if (member.resting.size() >= MOST_RESTING) {
      member.resting.values().removeIf(until -> until - now <= 0);
    }
    if (member.resting.size() < MOST_RESTING || member.resting.containsKey(model)) {
      member.resting.put(model, now + rest.toNanos());
    } else {
      member.restsUntil = now + rest.toNanos();
    }
  }

  /// Whether one that is not `name` could take a call now.
  public boolean others(String name, String model, long tokens) {
    lock.lock();
    try {
      long now = nanos.getAsLong();
      return members.stream()
          .anyMatch(
              member -> !member.limits.name.equals(name) && member.waits(model, tokens, now) == 0);
    } finally {
      lock.unlock();
    }
  }

  /// For people.
  public List<Shown> shown() {
    lock.lock();
    try {
      long now = nanos.getAsLong();
      return members.stream().map(member -> shown(member, now)).toList();
    } finally {
      lock.unlock();
    }
  }

  private static Shown shown(Member member, long now) {
    long rests = member.restsUntil - now;
    for (long until : member.resting.values()) {
      rests = Math.max(rests, until - now);
    }
    return new Shown(
        member.limits.name,
        member.inFlight,
        member.requests.used(now),
        member.tokens.used(now),
        Duration.ofNanos(Math.max(0, rests)));
  }
}
