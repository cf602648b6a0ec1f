/// The room's configuration.
@NullMarked
package dev.gimbal.knowledge.core.settings;

import org.jspecify.annotations.NullMarked;
