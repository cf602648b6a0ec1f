/// The four wires as the vendors document them, written and read without the gateway's code.
@NullMarked
package dev.gimbal.gateway.conformance.wire;

import org.jspecify.annotations.NullMarked;
