package dev.gimbal.gateway.core.price;

import java.time.Instant;

/// A price and since when it holds.
///
/// @param model `provider/model`, or `provider/*` for all of a provider
/// @param source who says so
public record DatedPrice(String model, Instant from, Price price, String source) {}
