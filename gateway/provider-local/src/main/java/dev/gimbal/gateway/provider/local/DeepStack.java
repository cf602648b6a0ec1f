package dev.gimbal.gateway.provider.local;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/// Runs native code that recurses deeply. When ONNX Runtime starts it matches the command line of
/// the process with a recursive regular expression, and the length of a class path is enough to
/// overflow a thread's usual stack of one megabyte, which ends the process without a word.
final class DeepStack {
  private static final long BYTES = 64L << 20;

  private DeepStack() {}

  /// Waits for the work without heeding interrupts: half-loaded native code cannot be given up.
  ///
  /// @throws ExecutionException with what the work threw as its cause
  static <T> T call(Callable<T> work) throws ExecutionException {
    FutureTask<T> task = new FutureTask<>(work);
    new Thread(null, task, "load-model", BYTES).start();
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return task.get();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
