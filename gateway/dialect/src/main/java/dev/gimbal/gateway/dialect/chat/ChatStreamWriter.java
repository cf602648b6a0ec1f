package dev.gimbal.gateway.dialect.chat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gimbal.gateway.dialect.AnswerEvent;
import dev.gimbal.gateway.dialect.DialectException;
import dev.gimbal.gateway.dialect.ModelError;
import dev.gimbal.gateway.dialect.Stop;
import dev.gimbal.gateway.dialect.StreamForm;
import dev.gimbal.gateway.dialect.StreamWriter;
import dev.gimbal.gateway.dialect.TokenCount;
import dev.gimbal.platform.json.Json;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Writes one stream: chunks of choice 0, its `finish_reason`, the usage if it was asked for and is
/// known, then `[DONE]`.
final class ChatStreamWriter implements StreamWriter {
  private static final String DATA = "data: ";
  private static final String NEXT = "\n\n";
  private static final String DONE = DATA + "[DONE]" + NEXT;

  private final StreamForm form;
  private final Map<Integer, Integer> calls = new HashMap<>();
  private final Map<Integer, Integer> thoughts = new HashMap<>();
  private @Nullable String head;
  private @Nullable TokenCount usage;
  private int images;
  private boolean refused;
  private boolean stopped;
  private boolean over;

  ChatStreamWriter(StreamForm form) {
    this.form = form;
  }

  @Override
  public void write(AnswerEvent event, StringBuilder out) {
    if (over) {
      return;
    }
    switch (event) {
      case AnswerEvent.Started e -> start(e, out);
      case AnswerEvent.TextPiece e -> field("content", e.text(), out);
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
      case AnswerEvent.Counted e -> usage = usage == null ? e.usage() : usage.updated(e.usage());
      case AnswerEvent.Stopped e -> stop(e.stop(), out);
      case AnswerEvent.Ended ignored -> end(out);
      case AnswerEvent.Failed e -> fail(e.error(), out);
    }
  }

  private void start(AnswerEvent.Started event, StringBuilder out) {
    ObjectNode chunk = Nodes.object();
    chunk.put("id", event.id() == null ? form.id() : event.id());
    chunk.put("object", "chat.completion.chunk");
    chunk.put("created", event.created() == null ? form.created() : event.created());
    chunk.put("model", event.model());
    String object = Json.write(chunk);
    head = DATA + object.substring(0, object.length() - 1) + ",\"choices\":[";
    delta(Nodes.object().put("role", "assistant").put("content", ""), out);
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

  private void end(StringBuilder out) {
    over = true;
    if (!stopped) {
      stop(Stop.of(Stop.Reason.END), out);
    }
    ObjectNode counted = Usage.write(usage);
    if (form.usage() && counted != null) {
      out.append(head())
          .append("],\"usage\":")
          .append(Json.write(counted))
          .append('}')
          .append(NEXT);
    }
    out.append(DONE);
  }

  private void fail(ModelError error, StringBuilder out) {
    over = true;
    out.append(DATA).append(Json.write(Errors.write(error))).append(NEXT).append(DONE);
  }

  private void delta(ObjectNode delta, StringBuilder out) {
    delta(Json.write(delta), "null", out);
  }

  private void delta(String delta, String finish, StringBuilder out) {
    out.append(head()).append("{\"index\":0,\"delta\":").append(delta);
    out.append(",\"finish_reason\":").append(finish).append("}]}").append(NEXT);
  }

  private String head() {
    if (head == null) {
      throw new DialectException("id", "the stream has not begun");
    }
    return head;
  }
}
