package dev.gimbal.platform.http;

/// Hears how the event loops are. Called on the loops: must not block.
public interface LoopWatcher {

  /// Hears nothing.
  LoopWatcher NONE =
      new LoopWatcher() {
        @Override
        public void late(int loop, long nanos) {}

        @Override
        public void held(int loop, long processorNanos, String by) {}
      };

  /// How late a probe ran: the time that others on this loop have to wait.
  ///
  /// @param loop from 0
  void late(int loop, long nanos);

  /// A handler kept its loop for itself. Only what took a millisecond or more is told.
  ///
  /// @param loop from 0
  /// @param processorNanos the loop's own processor time meanwhile, up to a millisecond too much
  /// @param by the class of what ran
  void held(int loop, long processorNanos, String by);
}
