/// Mail.
@NullMarked
package dev.gimbal.knowledge.engine.parser.mail;

import org.jspecify.annotations.NullMarked;
