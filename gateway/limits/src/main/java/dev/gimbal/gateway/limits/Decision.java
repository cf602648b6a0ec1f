package dev.gimbal.gateway.limits;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Whether a call fits into its limits, and how these stand now.
public sealed interface Decision {

  /// How the nearest limits stand.
  Standing standing();

  /// It fits.
  record Admitted(Reservation reservation, Standing standing) implements Decision {}

  /// It does not.
  ///
  /// @param limit that it does not fit into
  /// @param retryAfter when it may fit; null: nobody knows
  record Refused(Limit limit, Reason reason, @Nullable Duration retryAfter, Standing standing)
      implements Decision {}

  /// Why a call was refused.
  enum Reason {
    SPENT,
    /// The store does not answer, or too many wait for it.
    UNAVAILABLE
  }

  /// The limits on requests and on tokens that are nearest to being spent.
  ///
  /// @param requests null: there is none
  /// @param tokens null: there is none
  record Standing(@Nullable Nearest requests, @Nullable Nearest tokens) {
    /// No limit at all.
    public static final Standing NONE = new Standing(null, null);
  }

  /// One limit.
  ///
  /// @param remaining as far as this node knows
  /// @param reset until a unit comes back; zero while some remain
  record Nearest(long limit, long remaining, Duration reset) {}
}
