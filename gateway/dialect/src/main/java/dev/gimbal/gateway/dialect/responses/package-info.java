/// OpenAI's Responses, read and written: `/v1/responses`.
@NullMarked
package dev.gimbal.gateway.dialect.responses;

import org.jspecify.annotations.NullMarked;
