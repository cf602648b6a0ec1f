/// What alerts promise.
@NullMarked
package dev.gimbal.gateway.core.surge;

import org.jspecify.annotations.NullMarked;
