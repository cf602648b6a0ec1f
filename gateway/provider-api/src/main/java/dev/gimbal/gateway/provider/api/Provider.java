package dev.gimbal.gateway.provider.api;

import dev.gimbal.gateway.api.Model;
import java.util.List;

/// A model vendor, or an engine in this process that looks like one. Speaks OpenAI's dialect to the
/// gateway: bodies in, bodies or event streams out, as bytes. All methods are called on event loops
/// and must not block.
public interface Provider extends AutoCloseable {

  /// The part of a model name before the first `/`.
  String name();

  /// The models that it says it has, without its own name in front; empty if it must be asked and
  /// the
  /// answer has not come yet. Any model name may be called all the same.
  List<Model> models();

  /// Starts a call and returns at once. The listener hears of it on the event loop of
  /// [UpstreamRequest#context], never before this method returned.
  UpstreamCall start(UpstreamRequest request, UpstreamListener listener);

  @Override
  void close();
}
