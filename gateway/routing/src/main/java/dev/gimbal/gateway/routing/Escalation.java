package dev.gimbal.gateway.routing;

import org.jspecify.annotations.Nullable;

/// Small model first: the answer of each target but the last is held and checked, and a failed
/// check
/// sends the call up to the next one.
///
/// @param below what must not be undercut: the mean log-probability of a token (negative) or the
///     judge's score (0 to 1); null for the other checks
/// @param judge the model that scores, `provider/model`; null for the other checks
public record Escalation(Check check, @Nullable Double below, @Nullable String judge) {
  public Escalation {
    boolean measured = check == Check.LOGPROB || check == Check.JUDGE;
    if (measured != (below != null)) {
      throw new InvalidRouteException(
          "escalation.below", "is a number if and only if the check is logprob or judge");
    }
    if (check == Check.LOGPROB && below != null && !(below < 0 && below > -100)) {
      throw new InvalidRouteException("escalation.below", "must be between -100 and 0");
    }
    if (check == Check.JUDGE && below != null && !(below > 0 && below <= 1)) {
      throw new InvalidRouteException("escalation.below", "must be above 0 and at most 1");
    }
    if ((check == Check.JUDGE) != (judge != null)) {
      throw new InvalidRouteException(
          "escalation.judge", "names the model if and only if the check is judge");
    }
    if (judge != null && judge.indexOf('/') <= 0) {
      throw new InvalidRouteException("escalation.judge", "must be provider/model");
    }
  }

  /// What an answer is checked for.
  public enum Check {
    /// The answer is JSON that fits the schema which the call asked for.
    SCHEMA,
    /// The model did not decline.
    REFUSAL,
    /// The model was sure of its tokens, as far as it says.
    LOGPROB,
    /// Another model finds it good enough.
    JUDGE
  }
}
