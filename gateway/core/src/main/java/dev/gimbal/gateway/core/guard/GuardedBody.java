package dev.gimbal.gateway.core.guard;

import dev.gimbal.gateway.api.GatewayException;
import io.vertx.core.buffer.Buffer;

/// What guards say of a body.
public sealed interface GuardedBody {

  /// It may go on.
  ///
  /// @param changed whether texts gave way: then what was found in the body stands elsewhere
  record Passed(Buffer body, boolean changed) implements GuardedBody {}

  /// It may not go on.
  record Refused(GatewayException why) implements GuardedBody {}
}
