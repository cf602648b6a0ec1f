package dev.gimbal.gateway.core.call;

import dev.gimbal.gateway.api.GatewayException;
import io.vertx.core.buffer.Buffer;

/// Hands an upstream's answer on, in the manner of its kind.
sealed interface Relay permits BodyRelay, ChunkRelay, ErrorRelay, EventRelay, GatheringRelay {

  void data(Buffer bytes);

  void end();

  void failed(GatewayException failure);
}
