/// The dialects of model calls, and what is said in one of them put into another.
@NullMarked
package dev.gimbal.gateway.dialect;

import org.jspecify.annotations.NullMarked;
