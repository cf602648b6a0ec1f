package dev.gimbal.server.cli;

import java.io.Console;
import java.io.PrintStream;

/// A bar on a terminal, a plain line each tenth in a pipe.
final class Progress {
  private static final int WIDTH = 40;

  private final PrintStream to;
  private final long total;
  private final boolean terminal;
  private long sent;
  private long done;
  private long shownTenth = -1;

  Progress(PrintStream to, long total) {
    this(to, total, onTerminal());
  }

  /// @param terminal whether a line can be written over
  Progress(PrintStream to, long total, boolean terminal) {
    this.to = to;
    this.total = total;
    this.terminal = terminal;
  }

  /// @param count that reached the server
  /// @param finished how many of them needed no work or failed at once
  void sent(long count, long finished) {
    sent += count;
    done += finished;
    show();
  }

  void done(long count) {
    done = Math.min(total, done + count);
    show();
  }

  void end() {
    if (terminal) {
      to.print("\r\033[K");
      to.flush();
    }
  }

  @SuppressWarnings("SystemConsoleNull") // it is declared nullable, whatever today's JDK does
  private static boolean onTerminal() {
    Console console = System.console();
    return console != null && console.isTerminal();
  }

  private void show() {
    if (terminal) {
      int filled = (int) (WIDTH * done / Math.max(1, total));
      to.printf(
          "\r\033[K[%s%s] %d of %d ready, %d sent",
          "█".repeat(filled), "░".repeat(WIDTH - filled), done, total, sent);
      to.flush();
      return;
    }
    long tenth = 10 * done / Math.max(1, total);
    if (tenth > shownTenth) {
      shownTenth = tenth;
      to.printf("%d of %d ready, %d sent%n", done, total, sent);
    }
  }
}
