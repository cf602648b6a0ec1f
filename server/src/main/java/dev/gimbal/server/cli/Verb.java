package dev.gimbal.server.cli;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;

/// A verb of the command line: runs, and turns a failure into one line and its exit code. The one
/// place that prints.
abstract class Verb implements Callable<Integer> {
  /// Where results go.
  protected final PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);

  /// Where progress and complaints go.
  protected final PrintStream err = new PrintStream(System.err, true, StandardCharsets.UTF_8);

  /// Does the work.
  ///
  /// @return the exit code
  protected abstract int run() throws FailedException;

  @Override
  public final Integer call() {
    try {
      return run();
    } catch (FailedException e) {
      err.println("gimbal: " + e.line());
      return e.exit();
    }
  }
}
