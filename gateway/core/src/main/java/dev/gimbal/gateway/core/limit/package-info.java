/// What a node takes at a time.
@NullMarked
package dev.gimbal.gateway.core.limit;

import org.jspecify.annotations.NullMarked;
