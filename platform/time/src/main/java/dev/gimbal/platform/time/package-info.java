/// The clock and its fake.
@NullMarked
package dev.gimbal.platform.time;

import org.jspecify.annotations.NullMarked;
