/// Policies of the cache, what was said of its answers, and its part in a call.
@NullMarked
package dev.gimbal.gateway.core.cache;

import org.jspecify.annotations.NullMarked;
