package dev.gimbal.gateway.testing;

import io.vertx.core.MultiMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/// One call that an upstream got. Thread-safe.
///
/// @param body byte for byte
/// @param ended completes when the connection is through with the call: true if the answer was sent
///     whole, false if the caller closed before that
/// @param sent events that were written
public record Received(
    String path,
    MultiMap headers,
    byte[] body,
    String model,
    CompletableFuture<Boolean> ended,
    AtomicInteger sent) {}
