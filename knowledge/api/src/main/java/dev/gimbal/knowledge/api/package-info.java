/// Documents in, cited answers out.
@NullMarked
package dev.gimbal.knowledge.api;

import org.jspecify.annotations.NullMarked;
