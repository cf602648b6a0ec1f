/// Keeps this node's search index true to the database.
@NullMarked
package dev.gimbal.knowledge.core.following;

import org.jspecify.annotations.NullMarked;
