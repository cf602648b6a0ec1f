package dev.gimbal.gateway.limits;

import java.time.Duration;

/// Times and bounds of a node's book.
///
/// @param answer how long the store may take to answer
/// @param patience how long a call waits for a lease in all
/// @param pause how long the store is left alone after it failed
/// @param refusal how long a refusal of the store is repeated without asking it again
/// @param report how often at most the store is told what was used
/// @param idle after how long without a call a lease is given back
/// @param waiting calls of one tenant that may wait at a time
public record BookConfig(
    Duration answer,
    Duration patience,
    Duration pause,
    Duration refusal,
    Duration report,
    Duration idle,
    int waiting) {

  public static final BookConfig DEFAULT =
      new BookConfig(
          Duration.ofSeconds(2),
          Duration.ofMillis(2_500),
          Duration.ofMillis(250),
          Duration.ofMillis(100),
          Duration.ofSeconds(1),
          Duration.ofSeconds(3),
          20_000);

  public BookConfig {
    if (waiting < 1) {
      throw new IllegalArgumentException("waiting must be at least 1, but is " + waiting);
    }
  }
}
