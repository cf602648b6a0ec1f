package dev.gimbal.platform.ids;

import java.util.UUID;

/// Makes new ids: 128 bits, ordered by time (UUID version 7), unique across nodes. Thread-safe.
@FunctionalInterface
public interface Ids {

  /// A new id, greater than every id that this source made before.
  UUID next();
}
