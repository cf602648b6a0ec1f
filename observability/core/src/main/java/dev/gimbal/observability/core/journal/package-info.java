/// The local journal: what happened, in order, before anything else knows of it.
@NullMarked
package dev.gimbal.observability.core.journal;

import org.jspecify.annotations.NullMarked;
