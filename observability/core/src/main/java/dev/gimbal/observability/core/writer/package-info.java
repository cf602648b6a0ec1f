/// Tails the journal into PostgreSQL.
@NullMarked
package dev.gimbal.observability.core.writer;

import org.jspecify.annotations.NullMarked;
