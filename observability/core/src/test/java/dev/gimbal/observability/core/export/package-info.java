@NullMarked
package dev.gimbal.observability.core.export;

import org.jspecify.annotations.NullMarked;
