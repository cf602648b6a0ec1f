/// What parent and child say to each other.
@NullMarked
package dev.gimbal.knowledge.engine.parser.wire;

import org.jspecify.annotations.NullMarked;
