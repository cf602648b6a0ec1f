/// An upstream that misbehaves and a caller that keeps every byte, on plain sockets.
@NullMarked
package dev.gimbal.gateway.conformance.http;

import org.jspecify.annotations.NullMarked;
