/// PDF: glyphs with places become lines, columns, tables, headings and paragraphs.
@NullMarked
package dev.gimbal.knowledge.engine.parser.pdf;

import org.jspecify.annotations.NullMarked;
