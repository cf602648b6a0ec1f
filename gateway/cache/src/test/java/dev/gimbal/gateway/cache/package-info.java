/// What the cache promises.
@NullMarked
package dev.gimbal.gateway.cache;

import org.jspecify.annotations.NullMarked;
