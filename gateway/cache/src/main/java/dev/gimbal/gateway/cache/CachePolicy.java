package dev.gimbal.gateway.cache;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// What is kept of the answers of a route, and for how long. An answer that calls tools is kept
/// only where `toolCalls` says so: given again it would make an agent act again.
///
/// @param exact whether an equal call gets the answer again
/// @param semantic whether a call that asks the same in other words does, too
/// @param ttl how long an answer is given again, 1 s to 30 days
/// @param mostBytes of a route's answers on a node, 64 KiB to 1 TiB; the least used go first
/// @param mostTemperature calls that are sampled hotter are not cached, one that declares no
///     temperature counts as 1; null: any
/// @param several whether calls for several answers (`n`) are cached
/// @param toolCalls whether answers that call tools are kept
public record CachePolicy(
    boolean exact,
    boolean semantic,
    Duration ttl,
    long mostBytes,
    @Nullable Double mostTemperature,
    boolean several,
    boolean toolCalls) {

  /// Nothing is kept.
  public static final CachePolicy OFF =
      new CachePolicy(false, false, Duration.ofHours(1), 64L << 20, null, false, false);

  /// Equal calls of an hour, in 64 MiB.
  public static final CachePolicy EXACT =
      new CachePolicy(true, false, Duration.ofHours(1), 64L << 20, null, false, false);

  public CachePolicy {
    if (ttl.compareTo(Duration.ofSeconds(1)) < 0 || ttl.compareTo(Duration.ofDays(30)) > 0) {
      throw new IllegalArgumentException("ttl must be 1 s to 30 days, but is " + ttl);
    }
    if (mostBytes < 64 << 10 || mostBytes > 1L << 40) {
      throw new IllegalArgumentException("most bytes must be 64 KiB to 1 TiB, but is " + mostBytes);
    }
    if (mostTemperature != null && !(mostTemperature >= 0 && mostTemperature <= 2)) {
      throw new IllegalArgumentException(
          "the most temperature must be 0 to 2, but is " + mostTemperature);
    }
  }

  /// The same without what asks in other words.
  public CachePolicy onlyExact() {
    return new CachePolicy(exact, false, ttl, mostBytes, mostTemperature, several, toolCalls);
  }

  /// Whether anything is kept.
  public boolean on() {
    return exact || semantic;
  }
}
