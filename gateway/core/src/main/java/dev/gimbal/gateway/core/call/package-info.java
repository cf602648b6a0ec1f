/// The pipeline of a call.
@NullMarked
package dev.gimbal.gateway.core.call;

import org.jspecify.annotations.NullMarked;
