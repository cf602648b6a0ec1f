package dev.gimbal.gateway.provider.api;

import io.vertx.core.buffer.Buffer;

/// The rest of a body that is sent on while it comes in. On the call's event loop.
public interface BodyStream {

  /// Begins to hand on what is there and what comes. Once.
  void start(Sink sink);

  /// Stops for a while because the upstream reads slowly.
  void pause();

  /// Goes on after [#pause].
  void resume();

  /// Takes the pieces, in order.
  interface Sink {
    void piece(Buffer bytes);

    /// The body is whole.
    void end();
  }
}
