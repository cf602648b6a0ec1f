/// What the gateway counts for Prometheus, behind the calls.
@NullMarked
package dev.gimbal.gateway.core.meter;

import org.jspecify.annotations.NullMarked;
