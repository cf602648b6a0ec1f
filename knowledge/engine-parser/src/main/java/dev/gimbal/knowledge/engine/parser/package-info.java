/// Documents become text in a child process that may be killed.
@NullMarked
package dev.gimbal.knowledge.engine.parser;

import org.jspecify.annotations.NullMarked;
