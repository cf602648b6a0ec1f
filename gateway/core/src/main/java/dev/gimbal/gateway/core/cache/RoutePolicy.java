package dev.gimbal.gateway.core.cache;

import dev.gimbal.gateway.cache.CachePolicy;

/// What a tenant declared for a route.
///
/// @param version from 1, one more at each change
public record RoutePolicy(String route, CachePolicy cache, PromptPolicy prompt, long version) {}
