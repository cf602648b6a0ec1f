/// Error codes and the exception that carries them.
@NullMarked
package dev.gimbal.platform.errors;

import org.jspecify.annotations.NullMarked;
