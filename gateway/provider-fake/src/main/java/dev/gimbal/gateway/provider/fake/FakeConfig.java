package dev.gimbal.gateway.provider.fake;

import java.time.Duration;

/// How the scripted models play.
///
/// @param pace between two pieces of a stream, 0 to 10 s
public record FakeConfig(Duration pace) {
  public static final FakeConfig DEFAULT = new FakeConfig(Duration.ofMillis(20));

  public FakeConfig {
    if (pace.isNegative() || pace.compareTo(Duration.ofSeconds(10)) > 0) {
      throw new IllegalArgumentException("fake.pace must be 0 to 10 s, but is " + pace);
    }
  }
}
