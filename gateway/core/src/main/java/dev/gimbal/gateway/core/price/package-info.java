/// What calls cost.
@NullMarked
package dev.gimbal.gateway.core.price;

import org.jspecify.annotations.NullMarked;
