package dev.gimbal.gateway.core.budget;

import org.jspecify.annotations.Nullable;

/// The most that a call can use.
///
/// @param nanoUsd null: the model has no price
/// @param tokens of prompt and answer
/// @param counted whether it is one of the requests a minute and of the parallel calls
public record Worst(@Nullable Long nanoUsd, long tokens, boolean counted) {}
