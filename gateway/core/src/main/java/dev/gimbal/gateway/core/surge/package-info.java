/// Spend that departs from its own pattern.
@NullMarked
package dev.gimbal.gateway.core.surge;

import org.jspecify.annotations.NullMarked;
