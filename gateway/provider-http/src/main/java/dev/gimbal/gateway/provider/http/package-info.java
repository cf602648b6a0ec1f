/// What providers that are reached over HTTP have in common: judged addresses, a bounded pool of
/// kept connections, calls that can be cancelled at any time.
@NullMarked
package dev.gimbal.gateway.provider.http;

import org.jspecify.annotations.NullMarked;
