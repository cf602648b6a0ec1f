package dev.gimbal.gateway.dialect.responses;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gimbal.gateway.dialect.AnswerEvent;
import dev.gimbal.gateway.dialect.DialectException;
import dev.gimbal.gateway.dialect.ModelError;
import dev.gimbal.gateway.dialect.Stop;
import dev.gimbal.gateway.dialect.StreamForm;
import dev.gimbal.gateway.dialect.StreamWriter;
import dev.gimbal.gateway.dialect.TokenCount;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Writes a stream. Its last event holds the whole answer, so the writer keeps what it wrote.
final class EventWriter implements StreamWriter {
  private final StreamForm form;
  private final ObjectNode echo;
  private final ArrayNode output = JsonNodeFactory.instance.arrayNode();
  private final EventLines lines = new EventLines();
  private @Nullable ResponseObject response;
  private @Nullable EventItems items;
  private @Nullable Stop stop;
  private @Nullable TokenCount usage;
  private boolean refused;
  private boolean over;

  EventWriter(StreamForm form, ObjectNode echo) {
    this.form = form;
    this.echo = echo;
  }

  @Override
  public void write(AnswerEvent event, StringBuilder out) {
    if (over) {
      return;
    }
    lines.to(out);
    switch (event) {
      case AnswerEvent.Started e -> start(e);
      case AnswerEvent.TextPiece e -> items().text(e);
      case AnswerEvent.RefusalPiece e -> {
        refused = true;
        items().piece(OpenPiece.Kind.REFUSAL, e.part(), e.text());
      }
      case AnswerEvent.ThinkingPiece e -> items().piece(OpenPiece.Kind.SUMMARY, e.part(), e.text());
      case AnswerEvent.ThinkingSigned e -> items().signed(e.part(), e.signature());
      case AnswerEvent.HiddenThinking e -> items().hidden(e.part(), e.id(), e.data());
      case AnswerEvent.ToolStarted e -> items().call(e);
      case AnswerEvent.ToolPiece e -> items().arguments(e.part(), e.json());
      case AnswerEvent.MediaGiven e -> items().image(e.part(), e.media());
      case AnswerEvent.Counted e -> usage = usage == null ? e.usage() : usage.updated(e.usage());
      case AnswerEvent.Further ignored -> {
        // several answers cannot be asked for in this dialect: an upstream gave more than that
      }
      case AnswerEvent.Stopped e -> stopped(e.stop());
      case AnswerEvent.Ended ignored -> end();
      case AnswerEvent.Failed e -> fail(e.error());
    }
  }

  private void start(AnswerEvent.Started started) {
    ItemIds ids = ItemIds.ofAnswer(started.id() == null ? form.id() : started.id());
    long created = started.created() == null ? form.created() : started.created();
    ResponseObject begun = new ResponseObject(ids.answer(), created, started.model(), echo);
    response = begun;
    items = new EventItems(lines, output, ids);
    lines.write(lines.event("response.created").set("response", begun.begun()));
    lines.write(lines.event("response.in_progress").set("response", begun.begun()));
  }

  private EventItems items() {
    if (items == null) {
      throw new DialectException("stream", "must begin with its head");
    }
    return items;
  }

  private void stopped(Stop why) {
    stop = why;
    boolean whole = Stops.incomplete(why, refused) == null;
    items().close(whole ? Nodes.COMPLETED : Nodes.INCOMPLETE);
  }

  private void end() {
    Stop why = Objects.requireNonNullElse(stop, Stop.of(Stop.Reason.END));
    // Once more, should anything have begun behind the stop.
    stopped(why);
    String incomplete = Stops.incomplete(why, refused);
    ObjectNode whole = Objects.requireNonNull(response).ended(output, incomplete, usage);
    String type = incomplete == null ? "response.completed" : "response.incomplete";
    lines.write(lines.event(type).set("response", whole));
    over = true;
  }

  private void fail(ModelError error) {
    over = true;
    if (response == null || items == null) {
      lines.write(
          lines
              .event("error")
              .put("code", Errors.code(error))
              .put("message", error.message())
              .put("param", error.field()));
      return;
    }
    items.abandon();
    lines.write(
        lines.event("response.failed").set("response", response.failed(output, error, usage)));
  }
}
