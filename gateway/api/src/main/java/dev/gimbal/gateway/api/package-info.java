/// Every model call.
@NullMarked
package dev.gimbal.gateway.api;

import org.jspecify.annotations.NullMarked;
