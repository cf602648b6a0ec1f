package dev.gimbal.gateway.core.price;

import java.time.Instant;

/// A model that was called while nobody knew its price.
///
/// @param model `provider/model`
/// @param lastCalled to the hour
public record UnpricedModel(String model, Instant firstCalled, Instant lastCalled) {}
