/// How often the semantic cache is right.
@NullMarked
package dev.gimbal.benchmarks.cache;

import org.jspecify.annotations.NullMarked;
