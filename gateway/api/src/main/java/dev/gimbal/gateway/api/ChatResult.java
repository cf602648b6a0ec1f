package dev.gimbal.gateway.api;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A chat answer.
///
/// @param call its id in the ledger
/// @param finishReason as the provider said it
public record ChatResult(UUID call, String text, @Nullable String finishReason, Usage usage) {}
