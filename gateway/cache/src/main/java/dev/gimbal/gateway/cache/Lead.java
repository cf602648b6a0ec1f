package dev.gimbal.gateway.cache;

/// The call that asks the model; what it hears is told here, so that it is kept and that equal
/// calls hear it too. Thread-safe; nothing blocks. After [#finished], [#failed] or a [#left] that
/// said false everything else is ignored.
public interface Lead {

  /// The answer begins, with a status of 200 to 299.
  void head(int status, String contentType);

  /// The next bytes of the answer, not to be changed afterwards. Costs the addition to a list, and
  /// a task for each follower that waits for it.
  void piece(byte[] bytes);

  /// The answer is whole: it is kept and every follower hears its end.
  default void finished(Bill bill) {
    finished(bill, true);
  }

  /// The answer is whole and every follower hears its end.
  ///
  /// @param keep false: only who follows by now gets it, as it is not what the question was for
  void finished(Bill bill, boolean keep);

  /// There is no answer, or no more of it: somebody who heard nothing yet leads.
  void failed();

  /// The caller of the leader is gone.
  ///
  /// @return whether to go on all the same, because others have heard a part of the answer: then
  ///     the model is asked to the end; false: cancel, somebody else leads or nobody waits
  boolean left();
}
