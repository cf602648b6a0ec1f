/// The room over HTTP.
@NullMarked
package dev.gimbal.knowledge.core.routes;

import org.jspecify.annotations.NullMarked;
