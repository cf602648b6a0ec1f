/// Models that Azure OpenAI serves.
@NullMarked
package dev.gimbal.gateway.provider.azure;

import org.jspecify.annotations.NullMarked;
