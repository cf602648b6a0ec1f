/// Finding passages.
@NullMarked
package dev.gimbal.knowledge.core.search;

import org.jspecify.annotations.NullMarked;
