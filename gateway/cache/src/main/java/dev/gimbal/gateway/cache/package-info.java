/// Answers that are given again, questions that mean the same, prompts that providers cache.
@NullMarked
package dev.gimbal.gateway.cache;

import org.jspecify.annotations.NullMarked;
