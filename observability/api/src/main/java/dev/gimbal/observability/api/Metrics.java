package dev.gimbal.observability.api;

import java.time.Duration;
import java.util.function.DoubleSupplier;

/// Where rooms count what they do; read at `/metrics`. Thread-safe. Asking for the same name and
/// tags gives the same meter, but costs a look-up: keep what is asked for. Names read
/// `gimbal.knowledge.searches`; each name has the same tag names wherever it is used. Tag values
/// are few and name nothing that is a tenant's own: no keys, documents, collections, questions.
public interface Metrics {

  /// A number that only grows.
  ///
  /// @param tags names and values in turn
  Counter counter(String name, String... tags);

  /// How often something happened and how long it took, as a histogram.
  Timer timer(String name, String... tags);

  /// How large something was and how often, as a histogram: tokens, bytes.
  Amounts amounts(String name, String... tags);

  /// A number that is asked for when it is read; asked from any thread, must not block.
  void gauge(String name, DoubleSupplier value, String... tags);

  /// Counts nothing: for tests.
  Metrics NONE =
      new Metrics() {
        @Override
        public Counter counter(String name, String... tags) {
          return amount -> {};
        }

        @Override
        public Timer timer(String name, String... tags) {
          return took -> {};
        }

        @Override
        public Amounts amounts(String name, String... tags) {
          return amount -> {};
        }

        @Override
        public void gauge(String name, DoubleSupplier value, String... tags) {}
      };

  /// A number that only grows.
  @FunctionalInterface
  interface Counter {
    /// Adds an amount, 0 or more.
    void add(long amount);

    /// Adds one.
    default void increment() {
      add(1);
    }
  }

  /// Takes amounts.
  @FunctionalInterface
  interface Amounts {
    /// Records one amount, 0 or more.
    void record(long amount);
  }

  /// Takes durations.
  @FunctionalInterface
  interface Timer {
    /// Records one duration.
    void record(Duration took);
  }
}
