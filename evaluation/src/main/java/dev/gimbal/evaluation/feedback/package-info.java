/// Retrieval and answer metrics over datasets.
@NullMarked
package dev.gimbal.evaluation.feedback;

import org.jspecify.annotations.NullMarked;
