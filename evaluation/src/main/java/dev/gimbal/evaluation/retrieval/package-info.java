/// Retrieval and answer metrics over datasets.
@NullMarked
package dev.gimbal.evaluation.retrieval;

import org.jspecify.annotations.NullMarked;
