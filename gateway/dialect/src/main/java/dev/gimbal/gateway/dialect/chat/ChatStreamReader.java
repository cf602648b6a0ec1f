package dev.gimbal.gateway.dialect.chat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.gimbal.gateway.dialect.AnswerEvent;
import dev.gimbal.gateway.dialect.DialectException;
import dev.gimbal.gateway.dialect.ModelError;
import dev.gimbal.gateway.dialect.StreamReader;
import dev.gimbal.gateway.dialect.TokenCount;
import dev.gimbal.platform.json.Json;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Reads one stream: chunks, then `[DONE]`. Whatever one chunk says comes out in the order
/// thinking, text, refusal, calls, end, usage.
final class ChatStreamReader implements StreamReader {
  private static final String DONE = "[DONE]";

  /// More than any provider gives.
  private static final int MOST_CHOICES = 1023;

  private final TreeMap<Integer, StreamChoice> choices = new TreeMap<>();
  private @Nullable String id;
  private boolean started;
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
    JsonNode list = Nodes.list(chunk, "choices");
    JsonNode said = list == null ? Nodes.object().arrayNode() : list;
    boolean any = !said.isEmpty();
    TokenCount usage = Usage.read(Nodes.object(chunk, "usage"));
    if (usage == null && any) {
      // Moonshot
      usage = Usage.read(Nodes.object(said.get(0), "usage"));
    }
    if (!any && usage == null) {
      // Azure says first what it thinks of the prompt
      return;
    }
    start(chunk, to);
    for (JsonNode choice : said) {
      choice(number(choice)).read(choice, to);
    }
    if (usage != null) {
      to.accept(new AnswerEvent.Counted(usage));
    }
  }

  private static int number(JsonNode choice) {
    Long index = Nodes.whole(choice, "index");
    if (index != null && (index < 0 || index > MOST_CHOICES)) {
      throw new DialectException("choices[].index", "must be from 0 to " + MOST_CHOICES);
    }
    return index == null ? 0 : index.intValue();
  }

  private StreamChoice choice(int number) {
    return choices.computeIfAbsent(number, n -> new StreamChoice(n, id));
  }

  private void start(JsonNode chunk, Consumer<AnswerEvent> to) {
    if (started) {
      return;
    }
    started = true;
    id = Nodes.text(chunk, "id");
    String model = Nodes.text(chunk, "model");
    Long created = Nodes.whole(chunk, "created");
    to.accept(
        new AnswerEvent.Started(
            id, model == null ? "" : model, created == null || created == 0 ? null : created));
  }

  private void done(Consumer<AnswerEvent> to) {
    if (choice(0).nothing()) {
      fail(server("The provider's stream ended without an answer."), to);
      return;
    }
    for (StreamChoice choice : choices.values()) {
      if (!choice.stopped()) {
        choice.stop(null, to);
      }
    }
    over = true;
    to.accept(new AnswerEvent.Ended());
  }

  @Override
  public void end(Consumer<AnswerEvent> to) {
    if (over) {
      return;
    }
    if (choice(0).stopped() && choices.values().stream().allMatch(StreamChoice::stopped)) {
      over = true;
      to.accept(new AnswerEvent.Ended());
    } else {
      choices.values().forEach(choice -> choice.close(to));
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
