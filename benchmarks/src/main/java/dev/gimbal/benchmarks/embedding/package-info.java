/// The embedding model alone, to compare ingestion with.
@NullMarked
package dev.gimbal.benchmarks.embedding;

import org.jspecify.annotations.NullMarked;
