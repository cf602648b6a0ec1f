package dev.gimbal.gateway.dialect.chat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gimbal.gateway.dialect.AnswerEvent;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One of the choices of a stream.
final class StreamChoice {
  private final StreamParts parts = new StreamParts();
  private final int number;
  private boolean stopped;

  /// @param number its `index`
  /// @param answer the answer's id; null if it has none
  StreamChoice(int number, @Nullable String answer) {
    this.number = number;
    parts.of(Messages.idOf(answer, number));
  }

  boolean stopped() {
    return stopped;
  }

  /// Whether nothing was said, nor that it ended.
  boolean nothing() {
    return !stopped && parts.none();
  }

  void read(JsonNode choice, Consumer<AnswerEvent> all) {
    Consumer<AnswerEvent> to = AnswerEvent.of(number, all);
    JsonNode delta = Nodes.object(choice, "delta");
    if (delta == null) {
      // a server that does not stream wraps the whole answer into one event
      delta = Nodes.object(choice, "message");
    }
    if (delta != null) {
      parts.delta(delta, Nodes.list(Nodes.object(choice, "logprobs"), "content"), to);
    }
    if (Nodes.text(choice, "finish_reason") != null && !stopped) {
      stop(choice, all);
    }
  }

  /// @param choice null: nothing says why
  void stop(@Nullable JsonNode choice, Consumer<AnswerEvent> all) {
    stopped = true;
    close(all);
    AnswerEvent.of(number, all)
        .accept(new AnswerEvent.Stopped(Stops.read(choice, parts.calls(), parts.refused())));
  }

  /// Hands on what was held of calls.
  void close(Consumer<AnswerEvent> all) {
    parts.close(AnswerEvent.of(number, all));
  }
}
