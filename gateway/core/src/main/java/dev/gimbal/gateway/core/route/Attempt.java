package dev.gimbal.gateway.core.route;

import dev.gimbal.gateway.api.GatewayError;
import dev.gimbal.gateway.api.GatewayException;
import dev.gimbal.gateway.core.provider.ProviderCatalog.Target;
import dev.gimbal.gateway.provider.api.Provider;
import dev.gimbal.gateway.routing.Credentials;
import dev.gimbal.gateway.routing.Failure;
import dev.gimbal.gateway.routing.Health;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// One target that is being asked: it holds a place among the provider's parallel calls, a
/// credential and the provider itself until it ends. For the call's event loop alone.
public final class Attempt {
  private final Plan plan;
  private final Router.Candidate candidate;
  private final Held held;
  private final int number;
  private final boolean judged;
  private final long began;
  private long firstByteNanos = -1;
  private boolean ended;

  /// What it gives back.
  record Held(Credentials.Lease lease, long permit, Runnable slot) {}

  Attempt(Plan plan, Router.Candidate candidate, Held held, int number, boolean judged) {
    this.plan = plan;
    this.candidate = candidate;
    this.held = held;
    this.number = number;
    this.judged = judged;
    this.began = plan.now();
  }

  /// Where it goes. Its entry has been entered and is left when the attempt ends.
  public Target target() {
    return candidate.target();
  }

  /// The provider with the credential of this attempt.
  public Provider provider() {
    return candidate.target().entry().provider(credential());
  }

  /// `provider/model`.
  public String model() {
    return candidate.model();
  }

  /// Name of the credential.
  public String credential() {
    return held.lease.name();
  }

  /// From 1.
  public int number() {
    return number;
  }

  /// How long it has been asked, in milliseconds.
  public long millis() {
    return TimeUnit.NANOSECONDS.toMillis(plan.now() - began);
  }

  /// Whether the answer must be held whole and shown to [Plan#judge] before a byte of it leaves.
  public boolean judged() {
    return judged;
  }

  String providerName() {
    return candidate.model().substring(0, candidate.model().indexOf('/'));
  }

  /// The first event of the answer is here.
  public void firstByte() {
    if (firstByteNanos < 0) {
      firstByteNanos = plan.now() - began;
    }
  }

  /// The answer was heard whole.
  ///
  /// @param tokens of prompt and answer; null: unknown
  public void succeeded(@Nullable Long tokens) {
    if (end()) {
      firstByte();
      health().succeeded(held.permit, firstByteNanos);
      held.lease.close(tokens, null);
    }
  }

  /// What it is to a target that it failed before anything of its answer came.
  public static Failure unanswered(GatewayException failure) {
    return switch (failure.errorCode()) {
      case GatewayError.UPSTREAM_TIMED_OUT -> Failure.timedOut();
      case GatewayError.UPSTREAM_BUSY -> Failure.crowded();
      default -> Failure.connect();
    };
  }

  /// The target failed.
  public void failed(Failure failure) {
    if (end()) {
      health().failed(held.permit, failure, plan.now() - began, plan.millis());
      held.lease.close(failure.unsent() ? 0L : null, failure);
    }
  }

  /// The caller left, or the call was ended by ourselves.
  public void cancelled() {
    if (end()) {
      health().cancelled(held.permit);
      held.lease.close(null, null);
    }
  }

  private Health health() {
    return candidate.health();
  }

  private boolean end() {
    if (ended) {
      return false;
    }
    ended = true;
    candidate.target().entry().leave();
    held.slot.run();
    return true;
  }
}
