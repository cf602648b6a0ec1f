package dev.gimbal.gateway.provider.http;

import java.time.Duration;

/// Limits towards one endpoint, of each event loop.
///
/// @param connections at a time, 1 to 10,000
/// @param waiting calls that may wait for a connection, 0 to 100,000
/// @param connect how long connecting may take
/// @param keepAlive how long an idle connection is kept: shorter than servers commonly do, so that
///     we close first
public record HttpProviderConfig(
    int connections, int waiting, Duration connect, Duration keepAlive) {
  public static final HttpProviderConfig DEFAULT =
      new HttpProviderConfig(1_024, 1_024, Duration.ofSeconds(10), Duration.ofSeconds(20));

  public HttpProviderConfig {
    if (connections < 1 || connections > 10_000) {
      throw new IllegalArgumentException("connections must be 1 to 10000, but is " + connections);
    }
    if (waiting < 0 || waiting > 100_000) {
      throw new IllegalArgumentException("waiting must be 0 to 100000, but is " + waiting);
    }
  }
}
