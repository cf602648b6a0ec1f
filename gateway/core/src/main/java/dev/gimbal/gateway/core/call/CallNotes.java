package dev.gimbal.gateway.core.call;

import dev.gimbal.gateway.core.guard.CallGuard;
import dev.gimbal.gateway.guard.Verdict;
import org.jspecify.annotations.Nullable;

/// What stands on a call's span besides its record.
final class CallNotes {
  private CallNotes() {}

  /// What guards said: who, where, what kind, how often; never a text.
  static void verdicts(CallRecord record, CallGuard guard) {
    for (Verdict verdict : guard.verdicts()) {
      record.note(
          "gimbal.guard." + verdict.guard() + "." + Words.of(verdict.place()),
          Words.of(verdict.outcome()) + " " + Words.of(verdict.action()) + " " + verdict.found());
    }
  }

  /// What the cache said, and what an answer of its cost whoever had it first.
  static void cache(CallRecord record, @Nullable CachedCall cached) {
    if (cached == null) {
      return;
    }
    record.note("gimbal.cache", cached.said());
    Long saved = cached.saved();
    if (saved != null) {
      record.note("gimbal.cache.saved_nano_usd", saved);
    }
  }
}
