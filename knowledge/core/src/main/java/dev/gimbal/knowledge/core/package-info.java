/// The room of documents and cited answers: wiring.
@NullMarked
package dev.gimbal.knowledge.core;

import org.jspecify.annotations.NullMarked;
