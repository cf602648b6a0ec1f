/// Guards on texts, whole or in pieces.
@NullMarked
package dev.gimbal.gateway.guard;

import org.jspecify.annotations.NullMarked;
