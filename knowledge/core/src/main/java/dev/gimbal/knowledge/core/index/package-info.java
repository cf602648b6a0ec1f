/// Collections, ingestion, index, answers.
@NullMarked
package dev.gimbal.knowledge.core.index;

import org.jspecify.annotations.NullMarked;
