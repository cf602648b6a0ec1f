package dev.gimbal.gateway.dialect;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Reads one stream of an upstream. For one thread at a time.
public interface StreamReader {

  /// One server-sent event.
  ///
  /// @param name of its `event:` line; null: none
  /// @param data its `data:` lines
  /// @throws DialectException if it is not of this dialect
  void event(@Nullable String name, String data, Consumer<AnswerEvent> to);

  /// The connection ended: hands on what was held, and [AnswerEvent.Ended] if the stream is whole
  /// but for a last event that some upstreams leave out, [AnswerEvent.Failed] if it broke off.
  /// Nothing if either was said before.
  void end(Consumer<AnswerEvent> to);
}
