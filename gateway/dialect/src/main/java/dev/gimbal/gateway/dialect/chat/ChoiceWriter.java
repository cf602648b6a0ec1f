package dev.gimbal.gateway.dialect.chat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gimbal.gateway.dialect.AnswerEvent;
import dev.gimbal.gateway.dialect.DialectException;
import dev.gimbal.gateway.dialect.Stop;
import dev.gimbal.platform.json.Json;
import java.util.HashMap;
import java.util.Map;

/// Writes the chunks of one choice of a stream.
final class ChoiceWriter {
  private final int number;
  private final String head;
  private final Map<Integer, Integer> calls = new HashMap<>();
  private final Map<Integer, Integer> thoughts = new HashMap<>();
  private int images;
  private boolean refused;
  private boolean stopped;

  /// @param number its `index`
  /// @param head what each chunk begins with, to the list of its choices
  ChoiceWriter(int number, String head) {
    this.number = number;
    this.head = head;
  }

  void start(StringBuilder out) {
    delta(Nodes.object().put("role", "assistant").put("content", ""), out);
  }

  /// @throws DialectException if it is no step of a choice
  void write(AnswerEvent event, StringBuilder out) {
    switch (event) {
      case AnswerEvent.TextPiece e -> text(e, out);
      case AnswerEvent.RefusalPiece e -> {
        refused = true;
        field("refusal", e.text(), out);
      }
      case AnswerEvent.ThinkingPiece e -> thinking(e.part(), e.text(), out);
      case AnswerEvent.ThinkingSigned e ->
          details(Thoughts.text(thought(e.part()), null, e.signature()), Nodes.object(), out);
      case AnswerEvent.HiddenThinking e ->
          details(Thoughts.hidden(thought(e.part()), e.id(), e.data()), Nodes.object(), out);
      case AnswerEvent.ToolStarted e -> call(e, out);
      case AnswerEvent.ToolPiece e -> piece(e, out);
      case AnswerEvent.MediaGiven e -> image(e, out);
      case AnswerEvent.Stopped e -> stop(e.stop(), out);
      default -> throw new DialectException("choices", "hold no " + event);
    }
  }

  private void text(AnswerEvent.TextPiece piece, StringBuilder out) {
    if (piece.logprobs().isEmpty()) {
      field("content", piece.text(), out);
      return;
    }
    ObjectNode choice = Nodes.object().put("index", number);
    choice.putObject("delta").put("content", piece.text());
    choice.set("logprobs", Nodes.logprobs(piece.logprobs()));
    choice.putNull("finish_reason");
    out.append(head).append(Json.write(choice)).append("]}").append(ChatStreamWriter.NEXT);
  }

  private void field(String name, String text, StringBuilder out) {
    delta("{\"" + name + "\":" + Json.write(text) + "}", "null", out);
  }

  /// The bare text for all clients, the detail for those that send signatures back.
  private void thinking(int part, String text, StringBuilder out) {
    if (text.isEmpty()) {
      return;
    }
    ObjectNode delta = Nodes.object().put("reasoning_content", text);
    details(Thoughts.text(thought(part), text, null), delta, out);
  }

  private void details(ObjectNode detail, ObjectNode delta, StringBuilder out) {
    delta.putArray("reasoning_details").add(detail);
    delta(delta, out);
  }

  private int thought(int part) {
    return thoughts.computeIfAbsent(part, p -> thoughts.size());
  }

  private void call(AnswerEvent.ToolStarted event, StringBuilder out) {
    int index = calls.size();
    if (calls.putIfAbsent(event.part(), index) != null) {
      throw new DialectException("tool_calls", "part " + event.part() + " began before");
    }
    ObjectNode delta = Nodes.object();
    ObjectNode call = delta.putArray("tool_calls").addObject();
    call.put("index", index).put("id", event.id()).put("type", "function");
    call.putObject("function").put("name", event.name()).put("arguments", "");
    Messages.sign(call, event.signature());
    delta(delta, out);
  }

  private void piece(AnswerEvent.ToolPiece event, StringBuilder out) {
    Integer index = calls.get(event.part());
    if (index == null) {
      throw new DialectException("tool_calls", "part " + event.part() + " has not begun");
    }
    String arguments = Json.write(event.json());
    delta(
        "{\"tool_calls\":[{\"index\":"
            + index
            + ",\"function\":{\"arguments\":"
            + arguments
            + "}}]}",
        "null",
        out);
  }

  private void image(AnswerEvent.MediaGiven given, StringBuilder out) {
    ObjectNode delta = Nodes.object();
    ObjectNode image = Media.given(given.media()).put("index", images++);
    delta.putArray("images").add(image);
    delta(delta, out);
  }

  private void stop(Stop stop, StringBuilder out) {
    stopped = true;
    delta("{}", "\"" + Stops.write(stop, refused) + "\"", out);
  }

  /// Its `finish_reason`, if it was not told yet.
  void end(StringBuilder out) {
    if (!stopped) {
      stop(Stop.of(Stop.Reason.END), out);
    }
  }

  private void delta(ObjectNode delta, StringBuilder out) {
    delta(Json.write(delta), "null", out);
  }

  private void delta(String delta, String finish, StringBuilder out) {
    out.append(head).append("{\"index\":").append(number).append(",\"delta\":").append(delta);
    out.append(",\"finish_reason\":").append(finish).append("}]}").append(ChatStreamWriter.NEXT);
  }
}
