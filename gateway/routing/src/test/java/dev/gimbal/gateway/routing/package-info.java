@NullMarked
package dev.gimbal.gateway.routing;

import org.jspecify.annotations.NullMarked;
