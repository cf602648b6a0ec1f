/// Guards: what they find in public labelled texts, and their processor time.
@NullMarked
package dev.gimbal.benchmarks.guard;

import org.jspecify.annotations.NullMarked;
