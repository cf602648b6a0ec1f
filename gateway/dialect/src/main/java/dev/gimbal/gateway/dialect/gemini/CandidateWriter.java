package dev.gimbal.gateway.dialect.gemini;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gimbal.gateway.dialect.AnswerEvent;
import dev.gimbal.gateway.dialect.DialectException;
import dev.gimbal.gateway.dialect.Part;
import dev.gimbal.gateway.dialect.Stop;
import dev.gimbal.gateway.dialect.TokenLogprob;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Writes one candidate of a stream, piece by piece. A call is in one chunk, so its pieces are held
/// until something else follows.
final class CandidateWriter {
  private final int number;
  private final TreeMap<Integer, Call> held = new TreeMap<>();
  private final Set<Integer> thoughts = new HashSet<>();
  private @Nullable Stop stop;
  private AnswerWriter.@Nullable End malformed;

  private record Call(AnswerEvent.ToolStarted started, StringBuilder arguments) {}

  /// @param number its `index`
  CandidateWriter(int number) {
    this.number = number;
  }

  /// @param to hears what goes into a chunk
  /// @throws DialectException if it is no step of a candidate
  void write(AnswerEvent event, Consumer<ObjectNode> to) {
    switch (event) {
      case AnswerEvent.TextPiece e -> text(e.text(), e.logprobs(), to);
      case AnswerEvent.RefusalPiece e -> text(e.text(), List.of(), to);
      case AnswerEvent.ThinkingPiece e -> {
        thoughts.add(e.part());
        if (!e.text().isEmpty()) {
          part(PartNodes.thought(e.text()), to);
        }
      }
      case AnswerEvent.ThinkingSigned e -> signed(e, to);
      case AnswerEvent.HiddenThinking e ->
          part(PartNodes.hidden(new Part.HiddenThinking(e.id(), e.data())), to);
      case AnswerEvent.ToolStarted e -> held.put(e.part(), new Call(e, new StringBuilder()));
      case AnswerEvent.ToolPiece e -> piece(e);
      case AnswerEvent.MediaGiven e -> part(PartNodes.media(e.media().source()), to);
      case AnswerEvent.Stopped e -> {
        stop = e.stop();
        release(to);
      }
      default -> throw new DialectException("candidates", "hold no " + event);
    }
  }

  private void text(String text, List<TokenLogprob> logprobs, Consumer<ObjectNode> to) {
    if (!text.isEmpty() || !logprobs.isEmpty()) {
      part(PartNodes.text(text), logprobs, to);
    }
  }

  private void signed(AnswerEvent.ThinkingSigned signed, Consumer<ObjectNode> to) {
    ObjectNode part = thoughts.contains(signed.part()) ? PartNodes.thought("") : PartNodes.text("");
    PartNodes.sign(part, signed.signature());
    part(part, to);
  }

  private void piece(AnswerEvent.ToolPiece piece) {
    Call call = held.get(piece.part());
    if (call == null) {
      throw new DialectException("stream", "has no open tool call " + piece.part());
    }
    call.arguments().append(piece.json());
  }

  private void part(ObjectNode part, Consumer<ObjectNode> to) {
    part(part, List.of(), to);
  }

  private void part(ObjectNode part, List<TokenLogprob> logprobs, Consumer<ObjectNode> to) {
    release(to);
    ObjectNode candidate = AnswerWriter.candidate(number, part.arrayNode().add(part), null);
    Logprobs.write(logprobs, candidate);
    to.accept(candidate);
  }

  private void release(Consumer<ObjectNode> to) {
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
      to.accept(AnswerWriter.candidate(number, parts, null));
    }
  }

  /// What is held, and then its last piece.
  ObjectNode end(Consumer<ObjectNode> to) {
    release(to);
    Stop why = stop == null ? Stop.of(Stop.Reason.END) : stop;
    AnswerWriter.End end =
        malformed == null ? new AnswerWriter.End(Stops.write(why), null) : malformed;
    // The vendor's last chunk has a part without text too, and clients look for one.
    return AnswerWriter.candidate(number, Nodes.object().arrayNode().add(PartNodes.text("")), end);
  }
}
