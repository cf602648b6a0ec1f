/// Judges what a gateway does with the bytes of a call: cases, verdicts, and a program.
@NullMarked
package dev.gimbal.gateway.conformance;

import org.jspecify.annotations.NullMarked;
