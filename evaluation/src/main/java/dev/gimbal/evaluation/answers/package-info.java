/// Retrieval and answer metrics over datasets.
@NullMarked
package dev.gimbal.evaluation.answers;

import org.jspecify.annotations.NullMarked;
