/// HTML.
@NullMarked
package dev.gimbal.knowledge.engine.parser.web;

import org.jspecify.annotations.NullMarked;
