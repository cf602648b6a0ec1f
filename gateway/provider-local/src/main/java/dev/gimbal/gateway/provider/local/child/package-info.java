/// What runs in child processes: llama.cpp. Nothing here is ever loaded in the server's own JVM,
/// but the records that travel between the two and the reader of headers.
@NullMarked
package dev.gimbal.gateway.provider.local.child;

import org.jspecify.annotations.NullMarked;
