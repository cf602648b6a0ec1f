package dev.gimbal.knowledge.core.index;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;

/// Loads something that prints to standard output and has no switch against it. Standard output
/// belongs to the command line. Only lines of the loading thread are dropped, and only until it is
/// loaded; whatever other threads print meanwhile goes where it went.
final class SilentLoading {
  private SilentLoading() {}

  static <T> T of(Supplier<T> loading) {
    PrintStream before = System.out;
    Thread loader = Thread.currentThread();
    System.setOut(
        new PrintStream(before, true, StandardCharsets.UTF_8) {
          @Override
          public void println(String line) {
            if (!Thread.currentThread().equals(loader)) {
              super.println(line);
            }
          }
        });
    try {
      return loading.get();
    } finally {
      System.setOut(before);
    }
  }
}
