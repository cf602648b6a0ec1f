package dev.gimbal.gateway.dialect.responses;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.gimbal.gateway.dialect.AnswerEvent;
import dev.gimbal.gateway.dialect.DialectException;
import dev.gimbal.gateway.dialect.ModelError;
import dev.gimbal.gateway.dialect.StreamReader;
import dev.gimbal.gateway.dialect.TokenCount;
import dev.gimbal.platform.json.Json;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Reads a stream. Each text comes in pieces and then once more whole; what the pieces left out is
/// taken from the whole, as some servers send no pieces of arguments or of short texts.
final class EventReader implements StreamReader {
  private final EventParts parts = new EventParts();
  private boolean started;
  private boolean over;

  @Override
  public void event(@Nullable String name, String data, Consumer<AnswerEvent> to) {
    if (over || data.isBlank() || data.strip().equals("[DONE]")) {
      return;
    }
    JsonNode event = tree(data);
    String type = Nodes.text(event, "type");
    if (type == null) {
      type = event.path("error").isObject() ? "error" : String.valueOf(name);
    }
    switch (type) {
      case "response.completed", "response.incomplete" -> ended(event.path("response"), to);
      case "response.failed" -> failed(event.path("response"), to);
      case "error" -> {
        JsonNode nested = event.path("error");
        fail(Errors.inStream(nested.isObject() ? nested : event), to);
      }
      case "response.created", "response.in_progress", "response.queued" ->
          start(event.path("response"), to);
      default -> piece(type, event, to);
    }
  }

  private static JsonNode tree(String data) {
    try {
      return Json.tree(data);
    } catch (JsonProcessingException e) {
      throw new DialectException("data", "must be JSON");
    }
  }

  private void start(JsonNode response, Consumer<AnswerEvent> to) {
    if (!started) {
      started = true;
      to.accept(
          new AnswerEvent.Started(
              Nodes.text(response, "id"),
              Nodes.textOrEmpty(response, "model"),
              AnswerReader.created(response)));
    }
  }

  private void piece(String type, JsonNode event, Consumer<AnswerEvent> to) {
    int item = event.path("output_index").asInt();
    Consumer<AnswerEvent> begun =
        read -> {
          start(event.path("response"), to);
          to.accept(read);
        };
    switch (type) {
      case "response.output_item.added" -> parts.added(item, event.path("item"), begun);
      case "response.output_item.done" -> parts.whole(item, event.path("item"), begun);
      case "response.output_text.delta" ->
          parts.text(item, content(event), delta(event), event, begun);
      case "response.output_text.done" -> parts.textRest(item, content(event), event, begun);
      case "response.refusal.delta" ->
          parts.piece(PieceKind.REFUSAL, item, content(event), delta(event), begun);
      case "response.refusal.done" ->
          parts.rest(
              PieceKind.REFUSAL, item, content(event), Nodes.textOrEmpty(event, "refusal"), begun);
      case "response.reasoning_summary_text.delta" ->
          parts.piece(PieceKind.SUMMARY, item, summary(event), delta(event), begun);
      case "response.reasoning_summary_text.done" ->
          parts.rest(PieceKind.SUMMARY, item, summary(event), text(event), begun);
      case "response.reasoning_text.delta" ->
          parts.piece(PieceKind.THOUGHT, item, content(event), delta(event), begun);
      case "response.reasoning_text.done" ->
          parts.rest(PieceKind.THOUGHT, item, content(event), text(event), begun);
      case "response.function_call_arguments.delta" ->
          parts.arguments(item, delta(event), false, begun);
      case "response.function_call_arguments.done" ->
          parts.arguments(item, Nodes.textOrEmpty(event, "arguments"), true, begun);
      default -> {
        // Keep-alives, the vendor's own tools, and events newer than this.
      }
    }
  }

  private static String delta(JsonNode event) {
    return Nodes.textOrEmpty(event, "delta");
  }

  private static String text(JsonNode event) {
    return Nodes.textOrEmpty(event, "text");
  }

  private static int content(JsonNode event) {
    return event.path("content_index").asInt();
  }

  private static int summary(JsonNode event) {
    return event.path("summary_index").asInt();
  }

  private void ended(JsonNode response, Consumer<AnswerEvent> to) {
    start(response, to);
    if (parts.none()) {
      JsonNode output = response.path("output");
      for (int i = 0; i < output.size(); i++) {
        parts.whole(i, output.get(i), to);
      }
    }
    count(response, to);
    over = true;
    to.accept(new AnswerEvent.Stopped(Stops.read(response, parts.calls(), parts.refused())));
    to.accept(new AnswerEvent.Ended());
  }

  private void failed(JsonNode response, Consumer<AnswerEvent> to) {
    count(response, to);
    fail(Errors.inStream(response.path("error")), to);
  }

  private static void count(JsonNode response, Consumer<AnswerEvent> to) {
    TokenCount usage = Usage.read(response.get("usage"));
    if (usage != null) {
      to.accept(new AnswerEvent.Counted(usage));
    }
  }

  private void fail(ModelError error, Consumer<AnswerEvent> to) {
    over = true;
    to.accept(new AnswerEvent.Failed(error));
  }

  @Override
  public void end(Consumer<AnswerEvent> to) {
    if (!over) {
      // The event with the stop reason is the last one: without it nothing is whole.
      fail(
          new ModelError(
              500, ModelError.Kind.SERVER, "The provider's stream broke off.", null, null),
          to);
    }
  }
}
