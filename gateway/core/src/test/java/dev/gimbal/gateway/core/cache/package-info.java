/// What the cache promises on a database.
@NullMarked
package dev.gimbal.gateway.core.cache;

import org.jspecify.annotations.NullMarked;
