package dev.gimbal.gateway.core.call;

import dev.gimbal.gateway.provider.api.Passage;
import io.vertx.core.buffer.Buffer;

/// The caller's side of a body that passes.
interface Sending {
  /// What is sent to a model of the target: the bytes and how they pass.
  Sent to(String upstreamModel);

  /// Whether all of it has come.
  boolean whole();

  /// Whether [#to] gives all of it once more.
  boolean repeats();

  /// The call is over: what still comes is dropped. Before the answer's last bytes.
  void over();

  /// What is sent first, and how the rest passes.
  record Sent(Buffer body, Passage passage) {}
}
