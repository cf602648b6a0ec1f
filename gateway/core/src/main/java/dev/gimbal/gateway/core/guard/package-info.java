/// Guards: where a call's texts stand in its bytes, who guards them, and what is stored of guards.
@NullMarked
package dev.gimbal.gateway.core.guard;

import org.jspecify.annotations.NullMarked;
