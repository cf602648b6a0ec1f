@NullMarked
package dev.gimbal.gateway.core.meter;

import org.jspecify.annotations.NullMarked;
