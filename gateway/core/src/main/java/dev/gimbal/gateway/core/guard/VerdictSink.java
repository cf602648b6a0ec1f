package dev.gimbal.gateway.core.guard;

/// Takes verdicts. Called on event loops: must not block or throw.
@FunctionalInterface
public interface VerdictSink {
  void verdict(VerdictRecord verdict);
}
