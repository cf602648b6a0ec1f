package dev.gimbal.gateway.limits;

import dev.gimbal.gateway.limits.Limit.Unit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// A call, or more for one that runs, that waits for leases.
final class Waiter {
  final CompletableFuture<Decision> future = new CompletableFuture<>();
  final List<Want> wants = new ArrayList<>();
  final Held held;
  final long since;

  /// One limit that it must fit into.
  static final class Want {
    final Account account;
    final long amount;

    /// Number of the ask that was sent for it; 0: none.
    long asked;

    Want(Account account, long amount) {
      this.account = account;
      this.amount = amount;
    }
  }

  /// @param held what it gets is put there
  Waiter(Held held, long since) {
    this.held = held;
    this.since = since;
  }

  void wants(Account account, long amount) {
    wants.add(new Want(account, amount));
  }

  /// Takes everything; all of it must be free.
  void take(long now) {
    for (Want want : wants) {
      held.add(want.account.limit(), want.account.take(want.amount, now), want.amount, now);
    }
  }

  Decision.Admitted admitted(long now) {
    return new Decision.Admitted(held, standing(now));
  }

  Decision.Refused refused(Want want, Decision.Reason reason, long now) {
    Duration after =
        reason == Decision.Reason.UNAVAILABLE
            ? Duration.ofSeconds(1)
            : want.account.fitsIn(want.amount, now);
    return new Decision.Refused(want.account.limit(), reason, after, standing(now));
  }

  /// More for a call that ended meanwhile.
  Decision.Admitted late() {
    return new Decision.Admitted(held, Decision.Standing.NONE);
  }

  private Decision.Standing standing(long now) {
    Want requests = null;
    Want tokens = null;
    for (Want want : wants) {
      Unit unit = want.account.limit().unit();
      if (unit == Unit.REQUESTS) {
        requests = nearer(requests, want, now);
      } else if (unit == Unit.TOKENS) {
        tokens = nearer(tokens, want, now);
      }
    }
    return requests == null && tokens == null
        ? Decision.Standing.NONE
        : new Decision.Standing(nearest(requests, now), nearest(tokens, now));
  }

  private static Want nearer(@Nullable Want one, Want other, long now) {
    return one == null || other.account.remaining(now) < one.account.remaining(now) ? other : one;
  }

  private static Decision.@Nullable Nearest nearest(@Nullable Want want, long now) {
    if (want == null) {
      return null;
    }
    long remaining = want.account.remaining(now);
    Duration reset = remaining > 0 ? Duration.ZERO : want.account.fitsIn(1, now);
    return new Decision.Nearest(
        want.account.limit().amount(), remaining, reset == null ? Duration.ZERO : reset);
  }
}
