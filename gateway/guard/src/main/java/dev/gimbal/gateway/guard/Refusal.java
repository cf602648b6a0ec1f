package dev.gimbal.gateway.guard;

import java.util.List;

/// Why a call may not go on.
///
/// @param kinds what was found; empty if the guard failed
/// @param failed whether the guard could not judge and fails closed
public record Refusal(String guard, Place place, List<String> kinds, boolean failed) {
  public Refusal {
    kinds = List.copyOf(kinds);
  }
}
