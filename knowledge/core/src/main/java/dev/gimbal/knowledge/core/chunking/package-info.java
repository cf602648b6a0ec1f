/// Collections, ingestion, index, answers.
@NullMarked
package dev.gimbal.knowledge.core.chunking;

import org.jspecify.annotations.NullMarked;
