/// From passages to an answer whose sentences point at places.
@NullMarked
package dev.gimbal.knowledge.core.answers;

import org.jspecify.annotations.NullMarked;
