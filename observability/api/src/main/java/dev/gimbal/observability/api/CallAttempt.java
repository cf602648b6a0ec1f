package dev.gimbal.observability.api;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One time that a target was asked for a call which asked more than once. It stands on the
/// call's span, as attributes `gimbal.attempt.NUMBER.NAME`.
///
/// @param number from 1
/// @param target `provider/model`
/// @param credential name of the provider's credential
/// @param ended `succeeded`, `judged REASON`, or how it failed
/// @param error code of what went wrong; null if nothing did
/// @param millis how long it was asked
/// @param costNanoUsd what it came to; null where that is unknown
public record CallAttempt(
    int number,
    String target,
    String credential,
    String ended,
    @Nullable String error,
    long millis,
    @Nullable Long costNanoUsd) {
  /// Attempts of one call that are told of.
  public static final int MOST = 16;

  private static final String PREFIX = "gimbal.attempt.";

  /// What is said of it on the call's span.
  public Map<String, Object> attributes() {
    Map<String, Object> attributes = new HashMap<>();
    String prefix = prefix(number);
    attributes.put(prefix + "target", target);
    attributes.put(prefix + "credential", credential);
    attributes.put(prefix + "ended", ended);
    attributes.put(prefix + "millis", millis);
    if (error != null) {
      attributes.put(prefix + "error", error);
    }
    if (costNanoUsd != null) {
      attributes.put(prefix + "cost_nano_usd", costNanoUsd);
    }
    return attributes;
  }

  /// The attempts that a span's attributes tell of, by their number; none if they tell of none.
  public static List<CallAttempt> of(Map<String, ?> attributes) {
    List<CallAttempt> attempts = new ArrayList<>();
    for (int number = 1; number <= MOST; number++) {
      String prefix = prefix(number);
      Object target = attributes.get(prefix + "target");
      if (target != null) {
        attempts.add(
            new CallAttempt(
                number,
                target.toString(),
                String.valueOf(attributes.get(prefix + "credential")),
                String.valueOf(attributes.get(prefix + "ended")),
                attributes.get(prefix + "error") instanceof String error ? error : null,
                attributes.get(prefix + "millis") instanceof Number millis ? millis.longValue() : 0,
                attributes.get(prefix + "cost_nano_usd") instanceof Number cost
                    ? Long.valueOf(cost.longValue())
                    : null));
      }
    }
    return attempts;
  }

  private static String prefix(int number) {
    return PREFIX + number + ".";
  }
}
