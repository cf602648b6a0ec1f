/// What the room keeps: PostgreSQL and blobs.
@NullMarked
package dev.gimbal.knowledge.core.store;

import org.jspecify.annotations.NullMarked;
