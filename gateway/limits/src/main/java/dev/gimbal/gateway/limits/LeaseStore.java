package dev.gimbal.gateway.limits;

import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletionStage;

/// What all nodes share: how much of each limit is leased to whom. Thread-safe.
///
/// A lease is a row of (limit, window, node). Its `held` units are the node's alone. Of a limit
/// whose units come back (rolling windows, parallel calls) a lease that nobody renewed is taken
/// back once nothing that was let in by it can still count; of one whose units do not come back
/// it stays spent.
public interface LeaseStore {

  /// Reports and asks, at once. It may be lost, late, or done twice: an ask takes effect only if
  /// its number is greater than that of every ask of the node that took effect, and every answer
  /// tells the whole state of the lease.
  ///
  /// @return soon complete; exceptionally if the store cannot be reached
  CompletionStage<Answer> exchange(Ask ask);

  /// Ends the leases of a process that is known to have ended: nobody uses them any more, and the
  /// calls that it let in are over. Of each the greater of what it said last and of what it wrote
  /// down counts as spent, and the rest is free. Nothing that it still has under way takes effect
  /// afterwards on leases that were ended. May be repeated.
  ///
  /// @param node whose process ended, not merely one that is silent
  /// @param remains what it wrote down of leases that it had not given back; all of them
  /// @return soon complete; exceptionally if the store cannot be reached
  CompletionStage<Void> bury(UUID node, List<Remains> remains);

  /// What a process wrote down of a lease before it ended.
  ///
  /// @param used by calls that ended, and held by those that ran
  record Remains(UUID limit, long window, long epoch, long used) {}

  /// What a node says and wants.
  ///
  /// @param node one process from start to end
  /// @param sequence greater than that of each ask of this node for this limit before
  /// @param window start of the window that the report is of
  /// @param epoch of the lease that the report is of; 0: there is none
  /// @param report what the node holds of it
  /// @param want what it would have more
  record Ask(
      Limit limit, UUID node, long sequence, long window, long epoch, Report report, Want want) {}

  /// A node's word on its lease.
  ///
  /// @param spent used up; in a rolling window what still counts
  /// @param reserved held by calls that are under way
  /// @param release given back: the node uses it no more
  record Report(long spent, long reserved, long release) {
    /// Nothing to say.
    public static final Report NONE = new Report(0, 0, 0);
  }

  /// A node's wish.
  ///
  /// @param need without it calls are refused; 0: none waits
  /// @param wish what would be good to have, `need` or more
  /// @param call what one call takes, to know when a limit is nearly spent
  record Want(long need, long wish, long call) {}

  /// How the lease of the present window stands now.
  ///
  /// @param window start of the present window
  /// @param epoch of the lease: another one is another lease, and what was held before is lost
  /// @param held units of the node, all in all
  /// @param spent of them, as the node said last
  /// @param rest of the limit that is leased to nobody
  /// @param scarce whether others are short: give back what no call needs
  /// @param validMillis how long the lease may be used, from when it was asked for
  /// @param leftMillis until the window ends; `Long.MAX_VALUE` if it does not
  record Answer(
      long window,
      long epoch,
      long held,
      long spent,
      long rest,
      boolean scarce,
      long validMillis,
      long leftMillis) {

    /// There is no such limit any more.
    public static final Answer GONE = new Answer(0, 0, 0, 0, 0, false, 0, 0);

    /// Whether there is no such limit any more.
    public boolean gone() {
      return epoch == 0;
    }
  }
}
