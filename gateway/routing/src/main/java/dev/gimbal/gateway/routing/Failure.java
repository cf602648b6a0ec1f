package dev.gimbal.gateway.routing;

import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// How a target failed a call.
///
/// @param status that it answered with, or that stood in an error inside a 200; 0: none
/// @param retryAfter what it asked to wait; null: nothing
public record Failure(Kind kind, int status, @Nullable Duration retryAfter) {
  private static final int UNAUTHORIZED = 401;
  private static final int PAYMENT_REQUIRED = 402;
  private static final int FORBIDDEN = 403;
  private static final int TIMEOUT = 408;
  private static final int CONFLICT = 409;
  private static final int TOO_MANY = 429;

  /// What went wrong.
  public enum Kind {
    /// It never had the call: no connection, or one that failed before anything was sent.
    CONNECT,
    /// It never had the call: every connection to it that this process opens is taken.
    CROWDED,
    /// It did not answer in time.
    TIMED_OUT,
    /// It broke off or answered what is no answer.
    BROKE_OFF,
    /// It answered with a status that is no success.
    STATUS,
    /// It answered 200 and an error inside.
    IN_BAND
  }

  /// No connection.
  public static Failure connect() {
    return new Failure(Kind.CONNECT, 0, null);
  }

  /// Every connection that this process opens to it is taken.
  public static Failure crowded() {
    return new Failure(Kind.CROWDED, 0, null);
  }

  /// No answer in time.
  public static Failure timedOut() {
    return new Failure(Kind.TIMED_OUT, 0, null);
  }

  /// A reset, garbage, an early end.
  public static Failure brokeOff() {
    return new Failure(Kind.BROKE_OFF, 0, null);
  }

  /// A status that is no success.
  public static Failure status(int status, @Nullable Duration retryAfter) {
    return new Failure(Kind.STATUS, status, retryAfter);
  }

  /// An error under 200.
  ///
  /// @param status that the error names; 0: none
  public static Failure inBand(int status) {
    return new Failure(Kind.IN_BAND, status, null);
  }

  /// Whether it says something about the call, so that asking again or elsewhere would not help.
  public boolean callersFault() {
    return status >= 400
        && status < 500
        && !ours()
        && status != TIMEOUT
        && status != CONFLICT
        && status != TOO_MANY;
  }

  /// Whether it says something about our credential: unknown, unpaid or without the right.
  public boolean ours() {
    return status == UNAUTHORIZED || status == PAYMENT_REQUIRED || status == FORBIDDEN;
  }

  /// Whether the credential's limit is reached.
  public boolean limited() {
    return status == TOO_MANY;
  }

  /// Whether it speaks against the target itself: no limit, no credential, no shortage of ours,
  /// nothing that the caller did wrong.
  public boolean targets() {
    boolean said = callersFault() || ours() || limited() || status == CONFLICT;
    return !said && kind != Kind.CROWDED;
  }

  /// Whether it surely never had the call.
  public boolean unsent() {
    return kind == Kind.CONNECT || kind == Kind.CROWDED;
  }

  /// As people read it: `connect`, `timed_out`, `status 503`.
  public String text() {
    String name = kind.name().toLowerCase(Locale.ROOT);
    return status == 0 ? name : name + " " + status;
  }
}
