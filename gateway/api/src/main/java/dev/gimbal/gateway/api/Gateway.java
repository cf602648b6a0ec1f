package dev.gimbal.gateway.api;

import dev.gimbal.access.api.Principal;
import java.util.List;
import java.util.function.Consumer;

/// Every model call from inside Gimbal goes through here, and so through the same pipeline, limits
/// and records as a call from outside. Blocks the calling virtual thread, at most until the call's
/// deadline; interrupting it cancels the upstream. The trace of
/// [dev.gimbal.observability.api.TraceContext#CURRENT] is continued. Thread-safe.
public interface Gateway {

  /// A chat answer, whole.
  ///
  /// @throws GatewayException with the code that a caller from outside would see
  ChatResult chat(Principal principal, ChatRequest request);

  /// A chat answer, piece by piece: `onText` gets each piece of text in order, on the calling
  /// thread,
  /// and what it throws cancels the call and is thrown on.
  ChatResult chat(Principal principal, ChatRequest request, Consumer<String> onText);

  /// One vector a text, in the order of the texts, normalised to length 1. One record in the
  /// ledger a
  /// call, however many texts; the limit on requests a minute does not apply.
  ///
  /// @throws GatewayException [GatewayError#MODEL_UNKNOWN], [GatewayError#UPSTREAM_FAILED] …
  List<float[]> embed(Principal principal, EmbedRequest request);

  /// The models that this principal can call, shared ones included.
  List<Model> models(Principal principal);
}
