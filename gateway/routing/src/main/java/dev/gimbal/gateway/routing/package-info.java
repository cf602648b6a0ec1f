/// Which target a call goes to, and what happens when it fails: routes, health, retries,
/// credentials,
/// queues. No network, no threads, no database; time and chance are handed in.
@NullMarked
package dev.gimbal.gateway.routing;

import org.jspecify.annotations.NullMarked;
