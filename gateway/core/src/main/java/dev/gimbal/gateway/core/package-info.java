/// The gateway room: wiring and configuration.
@NullMarked
package dev.gimbal.gateway.core;

import org.jspecify.annotations.NullMarked;
