/// Strict process configuration: records filled from a YAML file and the environment.
@NullMarked
package dev.gimbal.platform.config;

import org.jspecify.annotations.NullMarked;
