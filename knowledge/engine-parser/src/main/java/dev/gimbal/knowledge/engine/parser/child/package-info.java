/// The child: finds the format of a file and reads it.
@NullMarked
package dev.gimbal.knowledge.engine.parser.child;

import org.jspecify.annotations.NullMarked;
