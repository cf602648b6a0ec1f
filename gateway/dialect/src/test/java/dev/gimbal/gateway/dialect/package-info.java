/// What every dialect promises.
@NullMarked
package dev.gimbal.gateway.dialect;

import org.jspecify.annotations.NullMarked;
