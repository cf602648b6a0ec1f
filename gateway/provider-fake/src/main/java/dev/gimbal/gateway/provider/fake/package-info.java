/// A model that plays a script: for trying things without a key.
@NullMarked
package dev.gimbal.gateway.provider.fake;

import org.jspecify.annotations.NullMarked;
