package dev.gimbal.gateway.dialect.messages;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gimbal.gateway.dialect.AnswerEvent;
import dev.gimbal.gateway.dialect.DialectException;
import dev.gimbal.gateway.dialect.Stop;
import dev.gimbal.gateway.dialect.StreamForm;
import dev.gimbal.gateway.dialect.StreamWriter;
import dev.gimbal.gateway.dialect.TokenCount;
import dev.gimbal.platform.json.Json;
import org.jspecify.annotations.Nullable;

/// Writes one stream. Why it stopped and what it used are one event here, so both wait for the end.
final class MessagesStreamWriter implements StreamWriter {
  private final StreamForm form;
  private AnswerEvent.@Nullable Started head;
  private boolean started;
  private boolean over;
  private Stops.Last last = Stops.Last.OTHER;
  // The part whose block is open or was the last to be; -1: none yet.
  private int part = -1;
  private int index = -1;
  private boolean open;
  private Stop stop = Stop.of(Stop.Reason.END);
  private @Nullable TokenCount usage;

  MessagesStreamWriter(StreamForm form) {
    this.form = form;
  }

  @Override
  public void write(AnswerEvent event, StringBuilder out) {
    if (over) {
      throw new DialectException("stream", "has ended");
    }
    switch (event) {
      case AnswerEvent.Started e -> {
        head = e;
        start(out);
      }
      case AnswerEvent.TextPiece e -> {
        text(e.part(), e.text(), out);
      }
      case AnswerEvent.RefusalPiece e -> {
        text(e.part(), e.text(), out);
        last = Stops.Last.REFUSAL;
      }
      case AnswerEvent.ThinkingPiece e -> {
        thinkingBlock(e.part(), out);
        delta("thinking_delta", "thinking", e.text(), out);
      }
      case AnswerEvent.ThinkingSigned e -> {
        thinkingBlock(e.part(), out);
        delta("signature_delta", "signature", e.signature(), out);
      }
      case AnswerEvent.HiddenThinking e -> {
        String data = Hidden.data(e.id(), e.data());
        block(e.part(), BlockWriter.typed("redacted_thinking").put("data", data), out);
      }
      case AnswerEvent.ToolStarted e -> {
        ObjectNode use = BlockWriter.typed("tool_use").put("id", e.id()).put("name", e.name());
        use.putObject("input");
        if (e.signature() != null) {
          open(Hidden.ofCall(e.signature()), out);
        }
        block(e.part(), use, out);
        last = Stops.Last.TOOL;
      }
      case AnswerEvent.ToolPiece e -> {
        still(e.part());
        delta("input_json_delta", "partial_json", e.json(), out);
      }
      case AnswerEvent.MediaGiven e -> throw Answers.noPlace(e.media());
      case AnswerEvent.Counted e -> usage = usage == null ? e.usage() : usage.updated(e.usage());
      case AnswerEvent.Further ignored -> {
        // several answers cannot be asked for in this dialect: an upstream gave more than that
      }
      case AnswerEvent.Stopped e -> stop = e.stop();
      case AnswerEvent.Ended ignored -> end(out);
      case AnswerEvent.Failed e -> {
        over = true;
        event("error", Errors.write(e.error()), out);
      }
    }
  }

  private void start(StringBuilder out) {
    if (started) {
      return;
    }
    started = true;
    String id = head == null || head.id() == null ? form.id() : head.id();
    ObjectNode message = Answers.head(id, head == null ? "" : head.model());
    message.putArray("content");
    message.putNull("stop_reason").putNull("stop_sequence");
    message.set("usage", Usage.writeStart(usage));
    ObjectNode data = BlockWriter.typed("message_start");
    data.set("message", message);
    event("message_start", data, out);
  }

  private void text(int number, String text, StringBuilder out) {
    if (number != part) {
      block(number, BlockWriter.typed("text").put("text", ""), out);
    }
    delta("text_delta", "text", text, out);
  }

  private void thinkingBlock(int number, StringBuilder out) {
    if (number != part) {
      ObjectNode thinking = BlockWriter.typed("thinking").put("thinking", "");
      block(number, thinking.put("signature", ""), out);
    }
  }

  private void block(int number, ObjectNode content, StringBuilder out) {
    if (number <= part) {
      throw closed(number);
    }
    part = number;
    open(content, out);
  }

  private void open(ObjectNode content, StringBuilder out) {
    start(out);
    closeBlock(out);
    index++;
    open = true;
    last = Stops.Last.OTHER;
    ObjectNode data = BlockWriter.typed("content_block_start").put("index", index);
    data.set("content_block", content);
    event("content_block_start", data, out);
  }

  private void still(int number) {
    if (number != part || !open) {
      throw closed(number);
    }
  }

  private static DialectException closed(int number) {
    return new DialectException("stream", "has a piece of part " + number + ", which is closed");
  }

  // By hand, because there is one for each token.
  private void delta(String type, String field, String value, StringBuilder out) {
    if (value.isEmpty()) {
      return;
    }
    out.append("event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":")
        .append(index)
        .append(",\"delta\":{\"type\":\"")
        .append(type)
        .append("\",\"")
        .append(field)
        .append("\":\"");
    JsonStringEncoder.getInstance().quoteAsString(value, out);
    out.append("\"}}\n\n");
  }

  private void closeBlock(StringBuilder out) {
    if (open) {
      open = false;
      ObjectNode data = BlockWriter.typed("content_block_stop").put("index", index);
      event("content_block_stop", data, out);
    }
  }

  private void end(StringBuilder out) {
    start(out);
    closeBlock(out);
    over = true;
    ObjectNode delta = JsonNodeFactory.instance.objectNode();
    Stops.write(delta, stop, last);
    ObjectNode data = BlockWriter.typed("message_delta");
    data.set("delta", delta);
    data.set("usage", Usage.writeEnd(usage));
    event("message_delta", data, out);
    event("message_stop", BlockWriter.typed("message_stop"), out);
  }

  private static void event(String name, ObjectNode data, StringBuilder out) {
    out.append("event: ").append(name).append("\ndata: ").append(Json.write(data)).append("\n\n");
  }
}
