package dev.gimbal.observability.core.writer;

import java.time.Duration;

/// How long each kind of record is kept, in whole days, 1 or more.
public record Retained(Duration calls, Duration spans, Duration contents) {

  /// 400 days of calls, 30 of spans and content.
  public static final Retained DEFAULT =
      new Retained(Duration.ofDays(400), Duration.ofDays(30), Duration.ofDays(30));

  public Retained {
    for (Duration kept : new Duration[] {calls, spans, contents}) {
      if (kept.toDays() < 1) {
        throw new IllegalArgumentException("evidence is kept at least 1 day, but is " + kept);
      }
    }
  }
}
