/// Word, PowerPoint and Excel files, read part by part. Macros and objects are never opened.
@NullMarked
package dev.gimbal.knowledge.engine.parser.office;

import org.jspecify.annotations.NullMarked;
