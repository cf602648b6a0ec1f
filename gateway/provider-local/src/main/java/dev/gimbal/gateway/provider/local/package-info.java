/// Embedding models in process, GGUF models in a child process.
@NullMarked
package dev.gimbal.gateway.provider.local;

import org.jspecify.annotations.NullMarked;
