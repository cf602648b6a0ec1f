@NullMarked
package dev.gimbal.knowledge.engine.parser;

import org.jspecify.annotations.NullMarked;
