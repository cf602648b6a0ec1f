package dev.gimbal.access.core;

import dev.gimbal.platform.config.Doc;
import java.time.Duration;

/// How long things last that prove who somebody is.
public record AccessConfig(
    @Doc("How long a sign-in to the console lasts, 1m to 30d.") Duration sessionLife,
    @Doc("How often the time of a key's last use is written, 1s to 1h.") Duration lastUsedEvery) {
  private static final Duration LONGEST_SESSION = Duration.ofDays(30);

  public static final AccessConfig DEFAULT =
      new AccessConfig(Duration.ofHours(12), Duration.ofSeconds(30));

  public AccessConfig {
    require("session-life", sessionLife, Duration.ofMinutes(1), LONGEST_SESSION);
    require("last-used-every", lastUsedEvery, Duration.ofSeconds(1), Duration.ofHours(1));
  }

  private static void require(String name, Duration value, Duration least, Duration most) {
    if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
      throw new IllegalArgumentException(
          name + " must be " + least + " to " + most + ", but is " + value);
    }
  }
}
