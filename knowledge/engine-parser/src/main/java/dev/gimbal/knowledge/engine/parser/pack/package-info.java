/// Zip archives and XML, read with limits.
@NullMarked
package dev.gimbal.knowledge.engine.parser.pack;

import org.jspecify.annotations.NullMarked;
