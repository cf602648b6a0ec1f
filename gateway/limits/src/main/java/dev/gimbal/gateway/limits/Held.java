package dev.gimbal.gateway.limits;

import dev.gimbal.gateway.limits.Limit.Unit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/// The reservation of one call. Everything happens under its desk's lock.
///
/// What was reserved of one limit may lie in two leases, if the window changed while the call ran:
/// what it used fills the first before the second.
final class Held implements Reservation {
  private final Desk desk;
  private final List<Demand> demands;
  private final List<Line> lines = new ArrayList<>();
  private boolean ended;

  private record Line(Limit limit, Lease lease, long amount, long at) {}

  /// @param demands of the call, so that a raise knows which limits it counts in
  Held(Desk desk, List<Demand> demands) {
    this.desk = desk;
    this.demands = demands;
  }

  /// The limits that it counts in.
  List<Demand> demands() {
    return demands;
  }

  /// Start of the window that an amount of a limit was first taken from.
  long windowOf(Limit limit) {
    return lines.stream()
        .filter(line -> line.limit.id().equals(limit.id()))
        .mapToLong(line -> line.lease.window)
        .findFirst()
        .orElse(Window.NONE);
  }

  boolean ended() {
    return ended;
  }

  /// Under the lock.
  void add(Limit limit, Lease lease, long amount, long at) {
    lines.add(new Line(limit, lease, amount, at));
  }

  @Override
  public CompletionStage<Boolean> raise(long nanoUsd, long tokens) {
    return desk.raise(this, nanoUsd, tokens);
  }

  @Override
  public void settle(@Nullable Long nanoUsd, @Nullable Long tokens) {
    desk.end(this, () -> settleLines(nanoUsd, tokens));
  }

  @Override
  public void cancel() {
    desk.end(this, () -> lines.forEach(line -> line.lease.cancel(line.amount, line.at)));
  }

  /// Marks it as ended; false if it was before.
  boolean end() {
    boolean first = !ended;
    ended = true;
    return first;
  }

  private void settleLines(@Nullable Long nanoUsd, @Nullable Long tokens) {
    for (Demand demand : demands) {
      Long used =
          switch (demand.limit().unit()) {
            case NANO_USD -> nanoUsd;
            case TOKENS -> tokens;
            case REQUESTS, PARALLEL -> Long.valueOf(0);
          };
      settle(demand.limit(), used);
    }
  }

  /// Its lines take what was used in their order, and the last whatever is left.
  private void settle(Limit limit, @Nullable Long used) {
    int last = -1;
    long taken = 0;
    for (int i = 0; i < lines.size(); i++) {
      if (lines.get(i).limit.id().equals(limit.id())) {
        last = i;
        taken += lines.get(i).amount;
      }
    }
    long left = used == null ? taken : used;
    for (int i = 0; i <= last; i++) {
      Line line = lines.get(i);
      if (!line.limit.id().equals(limit.id())) {
        continue;
      }
      long part = i == last ? left : Math.min(left, line.amount);
      line.lease.settle(line.amount, part, line.at);
      left -= part;
      if (part > line.amount && limit.unit() != Unit.REQUESTS) {
        desk.overdrawn(part - line.amount);
      }
    }
  }
}
