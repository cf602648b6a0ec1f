package dev.gimbal.gateway.cache;

import java.util.concurrent.Executor;

/// A place in the row behind a leader. Thread-safe.
public interface Following {

  /// Begins to hear, from the start of the answer. Once.
  ///
  /// @param loop where the follower is called
  void start(Executor loop, Follower follower);

  /// Its caller reads slowly: nothing more is handed on until [#resume]. The leader goes on; what
  /// is kept for a slow reader is bounded, and beyond that it fails.
  void pause();

  /// Goes on.
  void resume();

  /// Its caller is gone, or it waits no longer.
  void leave();
}
