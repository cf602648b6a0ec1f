/// Anthropic's Messages, as its public documentation and its own libraries have them.
@NullMarked
package dev.gimbal.gateway.dialect.messages;

import org.jspecify.annotations.NullMarked;
