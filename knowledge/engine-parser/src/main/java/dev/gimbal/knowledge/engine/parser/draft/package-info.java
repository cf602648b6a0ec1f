/// Text with its structure, while it is being written.
@NullMarked
package dev.gimbal.knowledge.engine.parser.draft;

import org.jspecify.annotations.NullMarked;
