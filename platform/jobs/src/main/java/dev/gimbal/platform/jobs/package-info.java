/// Durable work.
@NullMarked
package dev.gimbal.platform.jobs;

import org.jspecify.annotations.NullMarked;
