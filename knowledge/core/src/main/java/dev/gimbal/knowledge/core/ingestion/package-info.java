/// From a file to passages with vectors, durably.
@NullMarked
package dev.gimbal.knowledge.core.ingestion;

import org.jspecify.annotations.NullMarked;
