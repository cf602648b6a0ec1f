package dev.gimbal.gateway.provider.api;

import dev.gimbal.gateway.api.Model;
import dev.gimbal.gateway.provider.api.UpstreamRequest.Endpoint;
import java.util.List;
import java.util.Optional;

/// A model vendor, or an engine in this process that looks like one. Bodies in, bodies or event
/// streams out, as bytes. All methods are called on event loops and must not block.
public interface Provider extends AutoCloseable {

  /// The part of a model name before the first `/`.
  String name();

  /// The models that it says it has, without its own name in front; empty if it must be asked
  /// and the answer has not come yet. Any model name may be called all the same.
  List<Model> models();

  /// In which dialect it takes what a caller asks for: `asked` itself where it speaks that,
  /// another one of the same purpose where the call has to be translated; empty if it does no
  /// such thing.
  default Optional<Endpoint> speaks(Endpoint asked) {
    boolean oldest = asked.writes() || asked == Endpoint.EMBEDDINGS;
    return oldest ? Optional.of(asked.common()) : Optional.empty();
  }

  /// What is peculiar about how it takes calls.
  default Quirks quirks() {
    return Quirks.NONE;
  }

  /// Starts a call of an endpoint that it [#speaks] and returns at once. The listener hears of it
  /// on the event loop of [UpstreamRequest#context], never before this method returned.
  UpstreamCall start(UpstreamRequest request, UpstreamListener listener);

  /// Starts a call whose bytes pass ([Endpoint#passes]), of an endpoint that it [#speaks], as
  /// [#start] does.
  ///
  /// @param request its body is what is sent first
  default UpstreamCall pass(UpstreamRequest request, Passage passage, UpstreamListener listener) {
    throw new UnsupportedOperationException(name() + " passes no bytes");
  }

  @Override
  void close();
}
