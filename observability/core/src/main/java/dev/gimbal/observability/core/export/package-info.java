/// Evidence that leaves this server: the call log and OpenTelemetry.
@NullMarked
package dev.gimbal.observability.core.export;

import org.jspecify.annotations.NullMarked;
