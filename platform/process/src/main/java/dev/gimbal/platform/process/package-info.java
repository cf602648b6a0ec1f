/// Child processes with a deadline, spoken to over pipes.
@NullMarked
package dev.gimbal.platform.process;

import org.jspecify.annotations.NullMarked;
