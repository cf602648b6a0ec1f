package dev.gimbal.gateway.dialect.responses;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gimbal.gateway.dialect.AnswerEvent;
import dev.gimbal.gateway.dialect.TokenLogprob;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The parts of a stream that is read: which number each has, and how much of it was handed on.
final class EventParts {
  private final Map<Place, Part> parts = new HashMap<>();
  private final Map<Integer, Integer> lastThoughts = new HashMap<>();
  private int next;
  private boolean calls;
  private boolean refused;
  private @Nullable String callSignature;

  /// Where the vendor puts a part: in which item, and where in it.
  private record Place(PieceKind kind, int item, int index) {}

  private static final class Part {
    private final int number;
    private int handed;

    Part(int number) {
      this.number = number;
    }
  }

  boolean none() {
    return next == 0;
  }

  boolean calls() {
    return calls;
  }

  boolean refused() {
    return refused;
  }

  /// An item begins. Some servers number all their items alike: what had its place is over.
  void added(int item, JsonNode node, Consumer<AnswerEvent> to) {
    parts.keySet().removeIf(place -> place.item == item);
    lastThoughts.remove(item);
    if (Nodes.textOrEmpty(node, "type").equals("function_call")) {
      call(item, node, to);
    }
  }

  /// An item once more, whole.
  void whole(int item, JsonNode node, Consumer<AnswerEvent> to) {
    switch (Nodes.textOrEmpty(node, "type")) {
      case "message" -> message(item, node.path("content"), to);
      case "function_call" -> {
        call(item, node, to);
        arguments(item, Nodes.textOrEmpty(node, "arguments"), true, to);
      }
      case "reasoning" -> reasoning(item, node, to);
      case Nodes.IMAGE -> image(item, node, to);
      default -> {
        // The vendor's own tools, which a translated call cannot ask for.
      }
    }
  }

  private void image(int item, JsonNode node, Consumer<AnswerEvent> to) {
    dev.gimbal.gateway.dialect.Part.Media image = Nodes.image(node);
    Place place = new Place(PieceKind.ARGUMENTS, item, 0);
    if (image != null && !parts.containsKey(place)) {
      Part part = new Part(next++);
      parts.put(place, part);
      to.accept(new AnswerEvent.MediaGiven(part.number, image));
    }
  }

  private void message(int item, JsonNode content, Consumer<AnswerEvent> to) {
    for (int i = 0; i < content.size(); i++) {
      JsonNode part = content.get(i);
      switch (Nodes.textOrEmpty(part, "type")) {
        case "output_text" -> textRest(item, i, part, to);
        case "refusal" -> rest(PieceKind.REFUSAL, item, i, Nodes.textOrEmpty(part, "refusal"), to);
        default -> {
          // A kind of content that this dialect did not have when this was written.
        }
      }
    }
  }

  private void call(int item, JsonNode node, Consumer<AnswerEvent> to) {
    Place place = new Place(PieceKind.ARGUMENTS, item, 0);
    if (parts.containsKey(place)) {
      return;
    }
    calls = true;
    Part part = new Part(next++);
    parts.put(place, part);
    to.accept(
        new AnswerEvent.ToolStarted(
            part.number,
            Nodes.textOrEmpty(node, node.has("call_id") ? "call_id" : "id"),
            Nodes.textOrEmpty(node, "name"),
            callSignature));
    callSignature = null;
  }

  /// The arguments of a call that has begun; those of one that has not come again with its item.
  void arguments(int item, String json, boolean whole, Consumer<AnswerEvent> to) {
    if (!parts.containsKey(new Place(PieceKind.ARGUMENTS, item, 0))) {
      return;
    }
    if (whole) {
      rest(PieceKind.ARGUMENTS, item, 0, json, to);
    } else {
      piece(PieceKind.ARGUMENTS, item, 0, json, to);
    }
  }

  private void reasoning(int item, JsonNode node, Consumer<AnswerEvent> to) {
    thoughts(PieceKind.SUMMARY, item, node.path("summary"), to);
    thoughts(PieceKind.THOUGHT, item, node.path("content"), to);
    Sealed sealed = Sealed.read(Nodes.text(node, "encrypted_content"));
    Place place = new Place(PieceKind.SEALED, item, 0);
    if (sealed == null || parts.containsKey(place)) {
      return;
    }
    switch (sealed.kind()) {
      case CALL -> callSignature = sealed.data();
      case HIDDEN -> {
        Part part = new Part(next++);
        parts.put(place, part);
        to.accept(
            new AnswerEvent.HiddenThinking(part.number, Nodes.text(node, "id"), sealed.data()));
      }
      case THOUGHT -> {
        Integer last = lastThoughts.get(item);
        Part part = new Part(last == null ? next++ : last);
        parts.put(place, part);
        to.accept(new AnswerEvent.ThinkingSigned(part.number, sealed.data()));
      }
    }
  }

  private void thoughts(PieceKind kind, int item, JsonNode list, Consumer<AnswerEvent> to) {
    for (int i = 0; i < list.size(); i++) {
      rest(kind, item, i, Nodes.textOrEmpty(list.get(i), "text"), to);
    }
  }

  void rest(PieceKind kind, int item, int index, String whole, Consumer<AnswerEvent> to) {
    int handed = handed(kind, item, index);
    if (whole.length() > handed) {
      piece(kind, item, index, whole.substring(handed), to);
    }
  }

  private int handed(PieceKind kind, int item, int index) {
    Part part = parts.get(new Place(kind, item, index));
    return part == null ? 0 : part.handed;
  }

  /// A piece of a text.
  ///
  /// @param said holds the logprobs of its tokens, if they are told
  void text(int item, int index, String text, JsonNode said, Consumer<AnswerEvent> to) {
    piece(PieceKind.TEXT, item, index, text, TokenLogprob.read(said.get("logprobs")), to);
  }

  /// A whole text, whose tokens are told unless pieces were.
  void textRest(int item, int index, JsonNode whole, Consumer<AnswerEvent> to) {
    String text = Nodes.textOrEmpty(whole, "text");
    if (handed(PieceKind.TEXT, item, index) == 0) {
      text(item, index, text, whole, to);
    } else {
      rest(PieceKind.TEXT, item, index, text, to);
    }
  }

  void piece(PieceKind kind, int item, int index, String text, Consumer<AnswerEvent> to) {
    piece(kind, item, index, text, List.of(), to);
  }

  private void piece(
      PieceKind kind,
      int item,
      int index,
      String text,
      List<TokenLogprob> logprobs,
      Consumer<AnswerEvent> to) {
    if (text.isEmpty()) {
      return;
    }
    Part part = parts.computeIfAbsent(new Place(kind, item, index), place -> new Part(next++));
    part.handed += text.length();
    refused |= kind == PieceKind.REFUSAL;
    if (kind == PieceKind.SUMMARY || kind == PieceKind.THOUGHT) {
      lastThoughts.put(item, part.number);
    }
    to.accept(kind.event(part.number, text, logprobs));
  }
}
