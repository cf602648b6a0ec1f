package dev.gimbal.observability.core.journal;

import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Function;

/// Remembers what was made of the keys of late: what guards say of one call they say of nearly all.
/// A new key pushes out the one whose place it takes. Thread-safe.
///
/// @param <K> has `equals`, and is not changed
/// @param <V> is not changed
public final class Memo<K, V> {
  private static final int PLACES = 64;

  private final AtomicReferenceArray<Made<K, V>> places = new AtomicReferenceArray<>(PLACES);

  private record Made<K, V>(K key, V value) {}

  /// What `make` makes of a key, now or before.
  public V of(K key, Function<K, V> make) {
    int hash = key.hashCode();
    int place = (hash ^ hash >>> 16) & PLACES - 1;
    Made<K, V> known = places.get(place);
    if (known != null && known.key.equals(key)) {
      return known.value;
    }
    V value = make.apply(key);
    places.set(place, new Made<>(key, value));
    return value;
  }
}
