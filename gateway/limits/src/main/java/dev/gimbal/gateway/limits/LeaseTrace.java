package dev.gimbal.gateway.limits;

import java.util.UUID;

/// Where a node writes down what calls may use of each of its leases, so that it is known
/// should its process die: then what they did not use is given back ([LeaseStore#bury]).
/// Thread-safe.
public interface LeaseTrace {
  /// Nothing is written down.
  LeaseTrace NONE = (limit, window, epoch, used) -> Mark.NONE;

  /// A lease that begins, before a call is let in by it.
  ///
  /// @param used of it already, by this process
  Mark open(UUID limit, long window, long epoch, long used);

  /// One lease. For one thread at a time.
  interface Mark {
    /// Of a lease that is not written down.
    Mark NONE =
        new Mark() {
          @Override
          public void used(long units) {}

          @Override
          public void close() {}
        };

    /// What is spent and reserved of it from now on. Before a call is let in, and after one ended:
    /// so at every instant it is at least what was let in.
    void used(long units);

    /// The store knows all there is to know, or the lease is nobody's any more. Idempotent.
    void close();
  }
}
