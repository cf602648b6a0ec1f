package dev.gimbal.gateway.core.call;

import dev.gimbal.gateway.core.guard.CallGuard;
import dev.gimbal.gateway.core.route.Attempt;
import dev.gimbal.gateway.guard.Verdict;
import dev.gimbal.observability.api.CallAttempt;
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

  /// One attempt of a call that had more than one: whom it asked with which credential, how it
  /// ended, how long it took and what it cost, as far as that is known.
  ///
  /// @param ended `succeeded`, `judged REASON`, or how it failed
  /// @param error code of what went wrong; null if nothing did
  static void attempt(
      CallRecord record,
      Attempt attempt,
      String ended,
      @Nullable String error,
      @Nullable Long costNanoUsd) {
    if (attempt.number() > CallAttempt.MOST) {
      return;
    }
    new CallAttempt(
            attempt.number(),
            attempt.model(),
            attempt.credential(),
            ended,
            error,
            attempt.millis(),
            costNanoUsd)
        .attributes()
        .forEach(record::note);
  }

  /// What a small model that was asked first saved, or cost in vain; null: nothing that is known.
  static void route(CallRecord record, @Nullable Long saved) {
    if (saved != null) {
      record.note("gimbal.route.saved_nano_usd", saved);
      record.saved(saved);
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
      record.saved(saved);
    }
  }
}
