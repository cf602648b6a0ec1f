package dev.gimbal.gateway.routing;

import java.time.Duration;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// What to do with a call that a target failed. Thread-safe if the random source is.
///
/// Never after the first byte. Nothing that is the caller's fault is tried again anywhere. Another
/// target is asked at once; the same one after a pause, within its retry budget. The pause is
/// exponential with full jitter (Brooker, "Exponential backoff and jitter", AWS Architecture Blog,
/// 2015), or what the target asked for, capped.
public final class Retries {
  /// Nobody waits longer for a target, whatever it asks.
  public static final Duration LONGEST_WAIT = Duration.ofSeconds(60);

  private static final Duration FIRST_PAUSE = Duration.ofMillis(200);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

  private final RandomGenerator random;

  /// @param random thread-safe
  public Retries(RandomGenerator random) {
    this.random = random;
  }

  /// A failed attempt.
  ///
  /// @param asked how often this target was asked for this call, from 1
  /// @param begun whether the caller has had a byte of the answer
  /// @param left until the call's deadline
  /// @param others what else could be asked
  /// @param most how often one target may be asked again
  public record Failed(
      int asked, Failure failure, boolean begun, Duration left, Others others, int most) {}

  /// What else could be asked.
  ///
  /// @param credential another one of the same provider
  /// @param target another one of the route
  public record Others(boolean credential, boolean target) {}

  /// What to do.
  public sealed interface Decision {
    /// Ask the same target again.
    ///
    /// @param elsewhere with another credential
    record Same(Duration delay, boolean elsewhere) implements Decision {}

    /// Ask the next target, now.
    record Next() implements Decision {}

    /// Tell the caller.
    ///
    /// @param retryAfter when it may try again; null: nobody knows
    record GiveUp(@Nullable Duration retryAfter) implements Decision {}
  }

  /// Decides. A decision to ask the same target has taken from its budget.
  public Decision after(Failed failed, RetryBudget budget) {
    Failure failure = failed.failure;
    Duration asked = capped(failure.retryAfter());
    if (failed.begun || failure.callersFault()) {
      return new Decision.GiveUp(asked);
    }
    boolean credentials = failure.limited() || failure.ours();
    if (credentials && failed.others.credential()) {
      return new Decision.Same(Duration.ZERO, true);
    }
    if (failed.others.target()) {
      return new Decision.Next();
    }
    // What took its whole time once would take it twice; a refused credential stays refused.
    boolean hopeless = failure.kind() == Failure.Kind.TIMED_OUT || failure.ours();
    if (hopeless || failed.asked > failed.most) {
      return new Decision.GiveUp(asked);
    }
    Duration pause = asked == null ? pause(failed.asked) : asked;
    if (pause.compareTo(failed.left) >= 0 || !budget.withdraw()) {
      return new Decision.GiveUp(asked);
    }
    return new Decision.Same(pause, false);
  }

  /// What a target asked for, within bounds.
  public static @Nullable Duration capped(@Nullable Duration retryAfter) {
    if (retryAfter == null || retryAfter.isNegative()) {
      return null;
    }
    return retryAfter.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : retryAfter;
  }

  /// A random time up to one that doubles with each attempt.
  Duration pause(int asked) {
    long most = FIRST_PAUSE.toNanos() << Math.min(asked - 1, 10);
    return Duration.ofNanos(random.nextLong(Math.min(most, LONGEST_PAUSE.toNanos()) + 1));
  }
}
