/// Plain text, Markdown, CSV and the encodings of all three.
@NullMarked
package dev.gimbal.knowledge.engine.parser.text;

import org.jspecify.annotations.NullMarked;
