/// Quality of chunking and index, from cached vectors.
@NullMarked
package dev.gimbal.benchmarks.retrieval;

import org.jspecify.annotations.NullMarked;
