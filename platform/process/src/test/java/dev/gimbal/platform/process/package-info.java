@NullMarked
package dev.gimbal.platform.process;

import org.jspecify.annotations.NullMarked;
