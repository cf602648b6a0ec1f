package dev.gimbal.gateway.core.call;

/// A call under way, as its caller's side sees it. Called on the call's event loop.
interface RunningCall {

  /// The caller went away: everything done for it ends.
  void gone();

  /// The caller reads again after [Answer#full].
  void drained();
}
