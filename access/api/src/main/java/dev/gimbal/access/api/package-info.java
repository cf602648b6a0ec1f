/// Who asks: principals, rights, keys, audit.
@NullMarked
package dev.gimbal.access.api;

import org.jspecify.annotations.NullMarked;
