/// The suite as a program, with a table.
@NullMarked
package dev.gimbal.gateway.conformance.program;

import org.jspecify.annotations.NullMarked;
