package dev.gimbal.gateway.core.route;

import dev.gimbal.gateway.api.GatewayError;
import dev.gimbal.gateway.api.GatewayException;
import dev.gimbal.gateway.routing.FairQueue;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Why none of the targets can be asked now, and when one may. For one event loop.
final class Refusals {
  private static final Duration LEAST = Duration.ofSeconds(1);
  private static final Duration MOST_BROKEN = Duration.ofSeconds(10);

  private Router.@Nullable Candidate waitable;
  private @Nullable Duration soonest;
  private boolean broken;
  private boolean limited;
  private boolean unpinned;

  void clear() {
    waitable = null;
    soonest = null;
    broken = false;
    limited = false;
    unpinned = false;
  }

  /// Every place of the provider is taken; the first such candidate is worth waiting for.
  void full(Router.Candidate candidate) {
    if (waitable == null && candidate.health().available()) {
      waitable = candidate;
    }
  }

  Router.@Nullable Candidate waitable() {
    return waitable;
  }

  /// It fails too often to be asked, but for a share of the calls that grows as it recovers.
  void broken(Duration rest) {
    broken = true;
    soon(rest.compareTo(MOST_BROKEN) > 0 ? MOST_BROKEN : rest);
  }

  /// Whether one of them is left out since it fails too often.
  boolean broken() {
    return broken;
  }

  void limited(Duration rest) {
    limited = true;
    soon(rest);
  }

  void gone() {
    soon(LEAST);
  }

  void unpinned() {
    unpinned = true;
  }

  private void soon(Duration rest) {
    Duration known = soonest;
    soonest = known == null || rest.compareTo(known) < 0 ? rest : known;
  }

  /// @param pinnedBy the field that binds the call to one credential; null: none
  GatewayException why(@Nullable String pinnedBy) {
    if (pinnedBy != null && unpinned && soonest == null) {
      return new GatewayException(
          GatewayError.FIELD_INVALID,
          pinnedBy,
          "the credential that made it is gone, and no other may be asked");
    }
    String what =
        limited
            ? "Every credential's limit is reached or rests after the provider said so."
            : broken
                ? "Most of the provider's answers fail; few calls are let through to it until it is back."
                : "The provider takes no more calls now.";
    Duration wait = soonest == null || soonest.compareTo(LEAST) < 0 ? LEAST : soonest;
    return new GatewayException(GatewayError.UPSTREAM_BUSY, what + bound(pinnedBy), wait, null);
  }

  /// Why nobody else is asked.
  static String bound(@Nullable String pinnedBy) {
    return pinnedBy == null
        ? ""
        : " No other credential is asked than the one that made what stands in " + pinnedBy + ".";
  }

  static GatewayException full(FairQueue.Entry.Full full) {
    return full.tenant()
        ? new GatewayException(
            GatewayError.TENANT_QUEUED,
            "Too many calls of this tenant wait for the provider already.",
            full.retryAfter(),
            null)
        : new GatewayException(
            GatewayError.UPSTREAM_BUSY,
            "The queue of calls that wait for the provider is full.",
            full.retryAfter(),
            null);
  }
}
