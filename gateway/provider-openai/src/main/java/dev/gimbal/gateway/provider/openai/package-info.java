/// Any endpoint that speaks OpenAI's dialect.
@NullMarked
package dev.gimbal.gateway.provider.openai;

import org.jspecify.annotations.NullMarked;
