package dev.gimbal.gateway.limits;

import dev.gimbal.gateway.limits.LeaseStore.Answer;
import dev.gimbal.gateway.limits.LeaseStore.Ask;
import dev.gimbal.gateway.limits.LeaseStore.Remains;
import dev.gimbal.gateway.limits.LeaseStore.Report;
import dev.gimbal.gateway.limits.LeaseStore.Want;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// What a store does with one ask, as a pure function: every [LeaseStore] reads the rows of a
/// limit, applies this and writes what changed, all under the limit's lock.
///
/// Why it is never over. Units are given out of `amount - taken`, where `taken` is what every lease
/// of the present window holds, so the sum of leases never exceeds the amount by a grant. A unit
/// leaves a lease in two ways: its node gives it back, having taken it out of its own book before
/// it says so; or the lease is reclaimed, which happens only when the node's right to use it ended
/// (by the store's clock; the node measures a shorter time) and everything that it let in until
/// then has stopped counting; never by an ask of its own node. An old ask cannot undo a newer one:
/// its number is smaller.
public final class LeaseRules {
  /// How far the store's clock may jump ahead without harm to several nodes; one alone keeps its
  /// lease however far it jumps.
  private static final long SLACK_MILLIS = 5_000;

  /// How long after its window's end a lease is kept, so that late calls are still counted in it.
  private static final long LATE_MILLIS = Duration.ofDays(1).toMillis();

  private static final int CALLS_AHEAD = 4;

  private LeaseRules() {}

  /// A limit's own row.
  ///
  /// @param window start of the present window; it only goes forward
  /// @param epochs how many leases were made
  public record Account(long window, long epochs) {
    /// That of a limit that nobody asked for yet.
    public static final Account NEW = new Account(0, 0);
  }

  /// A lease.
  ///
  /// @param expires when the node's right to use it ends, by the store's clock
  public record Row(
      UUID node,
      long window,
      long epoch,
      long sequence,
      long held,
      long spent,
      long reserved,
      long expires) {

    /// What others cannot have.
    public long taken() {
      return Math.max(held, spent + reserved);
    }

    /// What counts as spent: all of a lease that nobody uses any more.
    public long spentAt(long now) {
      return expires + SLACK_MILLIS < now ? taken() : spent;
    }

    /// What counts as reserved.
    public long reservedAt(long now) {
      return expires + SLACK_MILLIS < now ? 0 : reserved;
    }

    Row reported(long number, Report report, long until) {
      long rest = Math.max(held - report.release(), report.spent() + report.reserved());
      return new Row(node, window, epoch, number, rest, report.spent(), report.reserved(), until);
    }

    Row granted(long number, long more, long until) {
      return new Row(node, window, epoch, number, held + more, spent, reserved, until);
    }
  }

  /// What changed.
  ///
  /// @param rows all that there are now
  /// @param changed those of them that are new or were changed
  /// @param gone those that are no more
  public record Outcome(
      Account account, List<Row> rows, List<Row> changed, List<Row> gone, Answer answer) {
    public Outcome {
      rows = List.copyOf(rows);
      changed = List.copyOf(changed);
      gone = List.copyOf(gone);
    }

    /// What was used in the present window, all nodes together.
    public long spent(long now) {
      return rows.stream()
          .filter(row -> row.window() == account.window())
          .mapToLong(row -> row.spentAt(now))
          .sum();
    }
  }

  /// @param now the store's clock, milliseconds since 1970
  /// @param ttlMillis how long a lease may be used without being renewed
  public static Outcome apply(
      Limit limit, Account account, List<Row> rows, Ask ask, long now, long ttlMillis) {
    return new Applying(limit, account, rows, ask, now, ttlMillis).apply(ask);
  }

  /// Ends the leases of a node whose process is over.
  ///
  /// In a window whose units do not come back they hold what was used and no more. Of a rolling one
  /// that counts until its length from now has passed; the calls that ran are over.
  ///
  /// @param rows all leases of the limit
  public static Burial bury(
      Limit limit, List<Row> rows, UUID node, List<Remains> remains, long now) {
    List<Row> changed = new ArrayList<>();
    List<Row> gone = new ArrayList<>();
    for (Row row : rows) {
      if (!row.node.equals(node)) {
        continue;
      }
      if (limit.window() instanceof Window.Running) {
        gone.add(row);
        continue;
      }
      long used = row.spent;
      for (Remains left : remains) {
        boolean of = left.window() == row.window && left.epoch() == row.epoch;
        used = of && left.limit().equals(limit.id()) ? Math.max(used, left.used()) : used;
      }
      long over = Math.min(row.expires, now);
      changed.add(new Row(node, row.window, row.epoch, Long.MAX_VALUE, used, used, 0, over));
    }
    return new Burial(changed, gone);
  }

  /// What ended.
  ///
  /// @param changed leases as they are from now on
  /// @param gone those that are no more
  public record Burial(List<Row> changed, List<Row> gone) {
    public Burial {
      changed = List.copyOf(changed);
      gone = List.copyOf(gone);
    }
  }

  private static final class Applying {
    private final Limit limit;
    private final long window;
    private final long now;
    private final long until;
    private final List<Row> rows = new ArrayList<>();
    private final List<Row> changed = new ArrayList<>();
    private final List<Row> gone = new ArrayList<>();
    private long epochs;

    Applying(Limit limit, Account account, List<Row> given, Ask ask, long now, long ttlMillis) {
      this.limit = limit;
      this.window = Math.max(account.window, limit.window().startAt(now));
      this.now = now;
      this.until = now + ttlMillis;
      this.epochs = account.epochs;
      for (Row row : given) {
        (over(row) && !alive(row, ask) ? gone : rows).add(row);
      }
    }

    /// Whether nothing that a lease let in counts any more.
    private boolean over(Row row) {
      long linger = limit.window().lingerMillis();
      if (linger != Long.MAX_VALUE) {
        return now > row.expires + linger + SLACK_MILLIS;
      }
      return row.window < window && now > row.expires + LATE_MILLIS;
    }

    /// Whether it is the lease that an ask tells of: its node goes on with it, and nobody else was
    /// given anything of it. So a clock that jumped takes no lease from who asks next.
    private static boolean alive(Row row, Ask ask) {
      return row.node.equals(ask.node()) && row.epoch == ask.epoch() && row.window == ask.window();
    }

    Outcome apply(Ask ask) {
      Row reported = find(ask.node(), ask.window());
      // Also of leases of earlier windows: a late ask must not open a lease in a window that its
      // node knows nothing of.
      boolean fresh =
          rows.stream()
              .allMatch(row -> !row.node.equals(ask.node()) || ask.sequence() > row.sequence);
      if (reported != null && fresh && ask.epoch() == reported.epoch) {
        put(reported, reported.reported(ask.sequence(), ask.report(), until));
      }
      boolean scarce = false;
      if (fresh) {
        scarce = grant(ask);
      }
      Row mine = find(ask.node(), window);
      Answer answer = mine != null ? answer(mine, scarce) : late(reported);
      return new Outcome(new Account(window, epochs), rows, changed, gone, answer);
    }

    /// To an ask that came twice, the second time when its window was over: nothing that can be
    /// used, so that its node asks again.
    private static Answer late(@Nullable Row reported) {
      return reported == null
          ? Answer.GONE
          : new Answer(
              reported.window, reported.epoch, reported.held, reported.spent, 0, false, 0, 0);
    }

    /// Whether others are short.
    private boolean grant(Ask ask) {
      Row mine = find(ask.node(), window);
      if (mine == null) {
        mine = new Row(ask.node(), window, ++epochs, ask.sequence(), 0, 0, 0, until);
        rows.add(mine);
      }
      Want want = ask.want();
      long rest = rest();
      long live = rows.stream().filter(r -> r.window == window && r.expires >= now).count();
      long share = rest / (2 * Math.max(1, live));
      long more =
          limit.hard()
              ? Math.min(rest, Math.max(want.need(), Math.min(want.wish(), share)))
              : Math.max(want.need(), want.wish());
      put(mine, mine.granted(ask.sequence(), more, until));
      boolean lowered = leased() > limit.amount();
      boolean few = live > 1 && share < CALLS_AHEAD * Math.max(1, want.call());
      return limit.hard() && (lowered || few);
    }

    private long leased() {
      return rows.stream().filter(r -> r.window == window).mapToLong(Row::taken).sum();
    }

    private long rest() {
      return Math.max(0, limit.amount() - leased());
    }

    private Answer answer(Row mine, boolean scarce) {
      long end = limit.window().endOf(window);
      long left = end == Long.MAX_VALUE ? end : Math.max(0, end - now);
      long valid = Math.min(mine.expires - now, left);
      return new Answer(window, mine.epoch, mine.held, mine.spent, rest(), scarce, valid, left);
    }

    private @Nullable Row find(UUID node, long start) {
      for (Row row : rows) {
        if (row.window == start && row.node.equals(node)) {
          return row;
        }
      }
      return null;
    }

    private void put(Row old, Row next) {
      rows.set(rows.indexOf(old), next);
      changed.removeIf(row -> row.window == next.window && row.node.equals(next.node));
      changed.add(next);
    }
  }
}
