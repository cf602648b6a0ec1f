package dev.gimbal.gateway.dialect.chat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gimbal.gateway.dialect.AnswerEvent;
import dev.gimbal.gateway.dialect.DialectException;
import dev.gimbal.gateway.dialect.ModelError;
import dev.gimbal.gateway.dialect.StreamForm;
import dev.gimbal.gateway.dialect.StreamWriter;
import dev.gimbal.gateway.dialect.TokenCount;
import dev.gimbal.platform.json.Json;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Writes one stream: chunks of its choices, each one's `finish_reason`, the usage if it was asked
/// for and is known, then `[DONE]`.
final class ChatStreamWriter implements StreamWriter {
  static final String NEXT = "\n\n";

  private static final String DATA = "data: ";
  private static final String DONE = DATA + "[DONE]" + NEXT;

  private final StreamForm form;
  private final TreeMap<Integer, ChoiceWriter> choices = new TreeMap<>();
  private @Nullable String head;
  private @Nullable TokenCount usage;
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
      case AnswerEvent.Counted e -> usage = usage == null ? e.usage() : usage.updated(e.usage());
      case AnswerEvent.Further e -> choice(e.answer(), out).write(e.step(), out);
      case AnswerEvent.Ended ignored -> end(out);
      case AnswerEvent.Failed e -> fail(e.error(), out);
      default -> choice(0, out).write(event, out);
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
    choice(0, out);
  }

  /// One that is met for the first time says whose it is.
  private ChoiceWriter choice(int number, StringBuilder out) {
    ChoiceWriter known = choices.get(number);
    if (known != null) {
      return known;
    }
    ChoiceWriter first = new ChoiceWriter(number, head());
    choices.put(number, first);
    first.start(out);
    return first;
  }

  private void end(StringBuilder out) {
    over = true;
    choice(0, out);
    choices.values().forEach(choice -> choice.end(out));
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

  private String head() {
    if (head == null) {
      throw new DialectException("id", "the stream has not begun");
    }
    return head;
  }
}
