package dev.gimbal.gateway.provider.api;

/// A running call. Methods may be called on its event loop at any time, also after the end.
public interface UpstreamCall {

  /// Gives up: the upstream's connection or work is ended at once.
  void cancel();

  /// Stops `data` for a while because the caller reads slowly.
  void pause();

  /// Goes on after [#pause].
  void resume();
}
