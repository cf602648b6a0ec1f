/// What a provider implements, on event loops.
@NullMarked
package dev.gimbal.gateway.provider.api;

import org.jspecify.annotations.NullMarked;
