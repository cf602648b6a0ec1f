package dev.gimbal.gateway.cache;

/// A call that waits for the answer of an equal one that is under way. All methods are called one
/// after the other on the executor that it follows with.
public interface Follower {

  /// The answer begins.
  void head(int status, String contentType);

  /// The next bytes of the answer; not to be changed.
  void piece(byte[] bytes);

  /// The answer is whole.
  ///
  /// @param bill what it cost the leader, and so what is saved
  void end(Bill bill);

  /// The leader gave up before this follower heard anything: it is the leader now and asks the
  /// model itself.
  void lead(Lead lead);

  /// As [#lead], but nobody follows: several leaders failed one after the other.
  void alone();

  /// The answer that it had begun to hear broke off, or it read too slowly.
  void failed(String why);
}
