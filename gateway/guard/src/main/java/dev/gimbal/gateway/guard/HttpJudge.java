package dev.gimbal.gateway.guard;

import java.time.Duration;

/// Asks a guard on another server. What is sent: `POST` of
/// `{"guard": NAME, "place": "prompt", "text": TEXT}`; what comes back, under 200:
/// `{"verdict": "pass" | "found", "kinds": ["…"], "replacements": [{"start", "end", "text"}]}`,
/// kinds and replacements only with `found`, places in UTF-16 units of the text.
public interface HttpJudge {

  /// Blocks until the answer is there or the deadline passed. Thread-safe.
  SlowVerdict judge(GuardDeclaration guard, Place place, String text, Duration deadline);
}
