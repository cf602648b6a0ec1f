/// The one strict JSON mapper.
@NullMarked
package dev.gimbal.platform.json;

import org.jspecify.annotations.NullMarked;
