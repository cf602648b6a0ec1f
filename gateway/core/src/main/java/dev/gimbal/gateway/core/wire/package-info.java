/// Bytes on the wire: scanning, splicing, events.
@NullMarked
package dev.gimbal.gateway.core.wire;

import org.jspecify.annotations.NullMarked;
