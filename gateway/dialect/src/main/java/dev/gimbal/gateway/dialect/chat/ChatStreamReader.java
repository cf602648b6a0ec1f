package dev.gimbal.gateway.dialect.chat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.gimbal.gateway.dialect.AnswerEvent;
import dev.gimbal.gateway.dialect.DialectException;
import dev.gimbal.gateway.dialect.ModelError;
import dev.gimbal.gateway.dialect.Stop;
import dev.gimbal.gateway.dialect.StreamReader;
import dev.gimbal.gateway.dialect.TokenCount;
import dev.gimbal.platform.json.Json;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Reads one stream: chunks, then `[DONE]`. Whatever one chunk says comes out in the order
/// thinking, text, refusal, calls, end, usage.
final class ChatStreamReader implements StreamReader {
  private static final String DONE = "[DONE]";

  private final StreamParts parts = new StreamParts();
  private boolean started;
  private boolean stopped;
  private boolean over;

  @Override
  public void event(@Nullable String name, String data, Consumer<AnswerEvent> to) {
    if (over) {
      return;
    }
    if (data.trim().equals(DONE)) {
      done(to);
      return;
    }
    JsonNode chunk = tree(data);
    JsonNode error = chunk.get("error");
    if ("error".equals(name) || (error != null && !error.isNull())) {
      fail(Errors.inBand(chunk), to);
    } else if (chunk.isObject()) {
      chunk(chunk, to);
    } else {
      throw new DialectException("data", "must be an object");
    }
  }

  private static JsonNode tree(String data) {
    try {
      return Json.tree(data);
    } catch (JsonProcessingException e) {
      throw new DialectException("data", "must be JSON");
    }
  }

  private void chunk(JsonNode chunk, Consumer<AnswerEvent> to) {
    JsonNode choices = Nodes.list(chunk, "choices");
    JsonNode choice = choices == null ? null : first(choices);
    TokenCount usage = Usage.read(Nodes.object(chunk, "usage"));
    if (usage == null) {
      // Moonshot
      usage = Usage.read(Nodes.object(choice, "usage"));
    }
    if (choice == null && usage == null) {
      // Azure says first what it thinks of the prompt
      return;
    }
    start(chunk, to);
    if (choice != null) {
      choice(choice, to);
    }
    if (usage != null) {
      to.accept(new AnswerEvent.Counted(usage));
    }
  }

  /// The answer is the choice of index 0.
  private static @Nullable JsonNode first(JsonNode choices) {
    for (JsonNode choice : choices) {
      Long index = Nodes.whole(choice, "index");
      if (index == null || index == 0) {
        return choice;
      }
    }
    return null;
  }

  private void start(JsonNode chunk, Consumer<AnswerEvent> to) {
    if (started) {
      return;
    }
    started = true;
    String id = Nodes.text(chunk, "id");
    parts.of(id);
    String model = Nodes.text(chunk, "model");
    Long created = Nodes.whole(chunk, "created");
    to.accept(
        new AnswerEvent.Started(
            id, model == null ? "" : model, created == null || created == 0 ? null : created));
  }

  private void choice(JsonNode choice, Consumer<AnswerEvent> to) {
    JsonNode delta = Nodes.object(choice, "delta");
    if (delta == null) {
      // a server that does not stream wraps the whole answer into one event
      delta = Nodes.object(choice, "message");
    }
    if (delta != null) {
      parts.delta(delta, to);
    }
    if (Nodes.text(choice, "finish_reason") != null && !stopped) {
      stop(choice, to);
    }
  }

  private void stop(@Nullable JsonNode choice, Consumer<AnswerEvent> to) {
    stopped = true;
    parts.close(to);
    Stop stop = Stops.read(choice, parts.calls(), parts.refused());
    to.accept(new AnswerEvent.Stopped(stop));
  }

  private void done(Consumer<AnswerEvent> to) {
    if (!stopped && parts.none()) {
      fail(server("The provider's stream ended without an answer."), to);
      return;
    }
    if (!stopped) {
      stop(null, to);
    }
    over = true;
    to.accept(new AnswerEvent.Ended());
  }

  @Override
  public void end(Consumer<AnswerEvent> to) {
    if (over) {
      return;
    }
    if (stopped) {
      over = true;
      to.accept(new AnswerEvent.Ended());
    } else {
      parts.close(to);
      fail(server("The provider's stream broke off."), to);
    }
  }

  private void fail(ModelError error, Consumer<AnswerEvent> to) {
    over = true;
    to.accept(new AnswerEvent.Failed(error));
  }

  private static ModelError server(String message) {
    return new ModelError(502, ModelError.Kind.SERVER, message, null, null);
  }
}
