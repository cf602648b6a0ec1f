package dev.gimbal.gateway.core.cache;

import dev.gimbal.gateway.cache.AnswerCache;

/// What a call needs of the cache.
public record CallCache(AnswerCache answers, CachePolicies policies) {}
