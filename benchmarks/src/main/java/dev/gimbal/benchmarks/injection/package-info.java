/// Makes and measures the weights of the classifier of prompt injections.
@NullMarked
package dev.gimbal.benchmarks.injection;

import org.jspecify.annotations.NullMarked;
