/// Latency of the index beside bare Lucene.
@NullMarked
package dev.gimbal.benchmarks.search;

import org.jspecify.annotations.NullMarked;
