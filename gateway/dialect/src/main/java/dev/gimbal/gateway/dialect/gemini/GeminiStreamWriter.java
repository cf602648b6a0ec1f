package dev.gimbal.gateway.dialect.gemini;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gimbal.gateway.dialect.AnswerEvent;
import dev.gimbal.gateway.dialect.DialectException;
import dev.gimbal.gateway.dialect.Part;
import dev.gimbal.gateway.dialect.Stop;
import dev.gimbal.gateway.dialect.StreamForm;
import dev.gimbal.gateway.dialect.StreamWriter;
import dev.gimbal.gateway.dialect.TokenCount;
import dev.gimbal.platform.json.Json;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Writes one stream of chunks, as events or as a JSON array. A call is in one chunk, so its
/// pieces are held until something else follows; of a stream that fails no held call is told.
/// Reason and tokens are in the last chunk.
final class GeminiStreamWriter implements StreamWriter {
  private final boolean array;
  private final TreeMap<Integer, Call> held = new TreeMap<>();
  private final Set<Integer> thoughts = new HashSet<>();
  private String id;
  private String model = "";
  private @Nullable TokenCount usage;
  private @Nullable Stop stop;
  private AnswerWriter.@Nullable End malformed;
  private boolean any;
  private boolean over;

  private record Call(AnswerEvent.ToolStarted started, StringBuilder arguments) {}

  GeminiStreamWriter(StreamForm form) {
    this.array = form.array();
    this.id = form.id();
  }

  @Override
  public void write(AnswerEvent event, StringBuilder out) {
    if (over) {
      throw new DialectException("stream", "has ended before " + event);
    }
    switch (event) {
      case AnswerEvent.Started e -> {
        id = e.id() == null ? id : e.id();
        model = e.model();
      }
      case AnswerEvent.TextPiece e -> text(e.text(), out);
      case AnswerEvent.RefusalPiece e -> text(e.text(), out);
      case AnswerEvent.ThinkingPiece e -> {
        thoughts.add(e.part());
        if (!e.text().isEmpty()) {
          part(PartNodes.thought(e.text()), out);
        }
      }
      case AnswerEvent.ThinkingSigned e -> signed(e, out);
      case AnswerEvent.HiddenThinking e ->
          part(PartNodes.hidden(new Part.HiddenThinking(e.id(), e.data())), out);
      case AnswerEvent.ToolStarted e -> held.put(e.part(), new Call(e, new StringBuilder()));
      case AnswerEvent.ToolPiece e -> piece(e);
      case AnswerEvent.MediaGiven e -> part(PartNodes.media(e.media().source()), out);
      case AnswerEvent.Counted e -> usage = usage == null ? e.usage() : usage.updated(e.usage());
      case AnswerEvent.Stopped e -> {
        stop = e.stop();
        release(out);
      }
      case AnswerEvent.Ended ignored -> end(out);
      case AnswerEvent.Failed e -> {
        element(Errors.write(e.error()), out);
        close(out);
      }
    }
  }

  private void text(String text, StringBuilder out) {
    if (!text.isEmpty()) {
      part(PartNodes.text(text), out);
    }
  }

  private void signed(AnswerEvent.ThinkingSigned signed, StringBuilder out) {
    ObjectNode part = thoughts.contains(signed.part()) ? PartNodes.thought("") : PartNodes.text("");
    PartNodes.sign(part, signed.signature());
    part(part, out);
  }

  private void piece(AnswerEvent.ToolPiece piece) {
    Call call = held.get(piece.part());
    if (call == null) {
      throw new DialectException("stream", "has no open tool call " + piece.part());
    }
    call.arguments().append(piece.json());
  }

  private void part(ObjectNode part, StringBuilder out) {
    release(out);
    ArrayNode parts = part.arrayNode().add(part);
    element(AnswerWriter.chunk(parts, null, null, model, id), out);
  }

  private void release(StringBuilder out) {
    if (held.isEmpty()) {
      return;
    }
    ArrayNode parts = Nodes.object().arrayNode();
    for (Call call : held.values()) {
      ObjectNode arguments = Nodes.parseObject(call.arguments().toString());
      AnswerEvent.ToolStarted told = call.started();
      if (arguments == null) {
        malformed = AnswerWriter.End.malformed(told.name());
      } else {
        parts.add(PartNodes.call(told.id(), told.name(), arguments, told.signature()));
      }
    }
    held.clear();
    if (!parts.isEmpty()) {
      element(AnswerWriter.chunk(parts, null, null, model, id), out);
    }
  }

  private void end(StringBuilder out) {
    release(out);
    Stop why = stop == null ? Stop.of(Stop.Reason.END) : stop;
    AnswerWriter.End end =
        malformed == null ? new AnswerWriter.End(Stops.write(why), null) : malformed;
    // The vendor's last chunk has a part without text too, and clients look for one.
    ArrayNode parts = Nodes.object().arrayNode().add(PartNodes.text(""));
    element(AnswerWriter.chunk(parts, end, usage, model, id), out);
    close(out);
  }

  private void element(ObjectNode element, StringBuilder out) {
    if (array) {
      out.append(any ? ",\n" : "[").append(Json.write(element));
    } else {
      out.append("data: ").append(Json.write(element)).append("\n\n");
    }
    any = true;
  }

  private void close(StringBuilder out) {
    over = true;
    if (array) {
      out.append("]\n");
    }
  }
}
