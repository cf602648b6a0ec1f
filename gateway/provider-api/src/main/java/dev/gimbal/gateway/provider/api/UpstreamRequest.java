package dev.gimbal.gateway.provider.api;

import dev.gimbal.gateway.api.EmbedRequest;
import dev.gimbal.observability.api.TraceContext;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;

/// A call as a provider gets it.
///
/// @param context the event loop that the caller's connection lives on; the listener runs there
/// @param model the part of the name behind the provider's own
/// @param body the caller's bytes with the target's changes spliced in, `model` among them
/// @param stream whether an event stream was asked for
/// @param firstByte how long the first byte of the answer may take
/// @param silence how long the upstream may say nothing after that
/// @param whole how long the whole call may take
/// @param priority bulk work yields
public record UpstreamRequest(
    Context context,
    Endpoint endpoint,
    String model,
    Buffer body,
    boolean stream,
    Duration firstByte,
    Duration silence,
    Duration whole,
    EmbedRequest.Priority priority,
    TraceContext trace) {

  /// What is asked for.
  public enum Endpoint {
    CHAT_COMPLETIONS("/chat/completions"),
    COMPLETIONS("/completions"),
    EMBEDDINGS("/embeddings");

    private final String path;

    Endpoint(String path) {
      this.path = path;
    }

    /// Path below the provider's base address.
    public String path() {
      return path;
    }
  }
}
