/// Anthropic, and endpoints that speak its dialect.
@NullMarked
package dev.gimbal.gateway.provider.anthropic;

import org.jspecify.annotations.NullMarked;
