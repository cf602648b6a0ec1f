/// The dialect of OpenAI's chat completions, as OpenAI and compatible servers speak it.
@NullMarked
package dev.gimbal.gateway.dialect.chat;

import org.jspecify.annotations.NullMarked;
