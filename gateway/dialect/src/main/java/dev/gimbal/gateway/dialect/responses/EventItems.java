package dev.gimbal.gateway.dialect.responses;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gimbal.gateway.dialect.AnswerEvent;
import dev.gimbal.gateway.dialect.DialectException;
import dev.gimbal.gateway.dialect.Part;
import dev.gimbal.gateway.dialect.TokenLogprob;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The items of a stream that is written. A message or a reasoning item is open until a part of
/// another kind begins; tool calls stay open beside each other, as some providers send the
/// arguments of several in turn.
final class EventItems {
  private final EventLines lines;
  private final ArrayNode output;
  private final ItemIds ids;
  private final Map<Integer, OpenCall> calls = new LinkedHashMap<>();
  private @Nullable OpenItem item;
  private @Nullable OpenPiece piece;
  private int part = -1;

  private record OpenCall(OpenItem item, StringBuilder arguments) {}

  EventItems(EventLines lines, ArrayNode output, ItemIds ids) {
    this.lines = lines;
    this.output = output;
    this.ids = ids;
  }

  void text(AnswerEvent.TextPiece said) {
    piece(OpenPiece.Kind.TEXT, said.part(), said.text(), said.logprobs());
  }

  void piece(OpenPiece.Kind kind, int number, String text) {
    piece(kind, number, text, List.of());
  }

  private void piece(OpenPiece.Kind kind, int number, String text, List<TokenLogprob> logprobs) {
    OpenPiece current = piece;
    if (current == null || number != part) {
      current = begin(kind, number);
    }
    if (!text.isEmpty() || !logprobs.isEmpty()) {
      current.add(lines, open(), text, logprobs);
    }
  }

  private OpenPiece begin(OpenPiece.Kind kind, int number) {
    next(number);
    closePiece();
    if (item == null || !kind.item.equals(Nodes.text(item.node(), "type"))) {
      close(Nodes.COMPLETED);
      item = kind == OpenPiece.Kind.SUMMARY ? reasoning(null) : message();
    }
    OpenPiece begun = new OpenPiece(kind, open().list(kind.list).size());
    begun.begin(lines, open());
    piece = begun;
    return begun;
  }

  private OpenItem open() {
    if (item == null) {
      throw new IllegalStateException("no item is open");
    }
    return item;
  }

  /// Parts begin in their order, and one that has ended does not go on.
  private void next(int number) {
    if (number <= part) {
      throw new DialectException("stream", "goes on with part " + number + ", which has ended");
    }
    part = number;
  }

  private OpenItem message() {
    ObjectNode node = Nodes.item("message", id(ItemIds.MESSAGE), Nodes.IN_PROGRESS);
    node.put("role", "assistant").putArray("content");
    return add(node);
  }

  private OpenItem reasoning(@Nullable String id) {
    String own = id == null ? id(ItemIds.REASONING) : id;
    ObjectNode node = Nodes.item("reasoning", own, null);
    node.putArray("summary");
    return add(node);
  }

  private String id(String prefix) {
    return ids.of(prefix, output.size());
  }

  private OpenItem add(ObjectNode node) {
    OpenItem added = new OpenItem(node, output.size());
    output.add(node);
    added.begin(lines);
    return added;
  }

  void signed(int number, String signature) {
    if (number != part || piece == null || piece.kind() != OpenPiece.Kind.SUMMARY) {
      next(number);
      close(Nodes.COMPLETED);
      item = reasoning(null);
    }
    closePiece();
    open().node().put("encrypted_content", Sealed.thought(signature));
    close(Nodes.COMPLETED);
  }

  void hidden(int number, @Nullable String id, String data) {
    next(number);
    close(Nodes.COMPLETED);
    seal(id, data);
  }

  private void seal(@Nullable String id, String data) {
    OpenItem sealed = reasoning(id);
    sealed.node().put("encrypted_content", data);
    sealed.end(lines);
  }

  /// The item begins without its picture, which is in its end.
  void image(int number, Part.Media media) {
    next(number);
    closeItem(Nodes.COMPLETED);
    ObjectNode node = Nodes.image(id(ItemIds.IMAGE), media);
    JsonNode result = node.remove("result");
    OpenItem image = add(node.put("status", Nodes.IN_PROGRESS));
    lines.write(image.placed(lines.event("response.image_generation_call.completed")));
    node.put("status", Nodes.COMPLETED).set("result", result);
    image.end(lines);
  }

  void call(AnswerEvent.ToolStarted call) {
    next(call.part());
    closeItem(Nodes.COMPLETED);
    if (call.signature() != null) {
      seal(null, Sealed.call(call.signature()));
    }
    ObjectNode node = Nodes.call(id(ItemIds.CALL), Nodes.IN_PROGRESS, call.id(), call.name());
    OpenItem begun = add(node.put("arguments", ""));
    calls.put(call.part(), new OpenCall(begun, new StringBuilder()));
  }

  void arguments(int number, String json) {
    OpenCall call = calls.get(number);
    if (call == null) {
      throw new DialectException("stream", "goes on with part " + number + ", which is no call");
    }
    if (json.isEmpty()) {
      return;
    }
    call.arguments().append(json);
    ObjectNode event = call.item().placed(lines.event("response.function_call_arguments.delta"));
    lines.write(event.put("delta", json));
  }

  /// Ends whatever is open.
  void close(String status) {
    closeItem(status);
    calls.values().forEach(call -> closeCall(call, status));
    calls.clear();
  }

  private void closePiece() {
    if (piece != null) {
      piece.end(lines, open());
      piece = null;
    }
  }

  private void closeItem(String status) {
    closePiece();
    if (item != null) {
      status(item.node(), status);
      item.end(lines);
      item = null;
    }
  }

  private void closeCall(OpenCall call, String status) {
    // A tool without arguments gets none from some models; a caller parses what it gets.
    String whole = call.arguments().isEmpty() ? "{}" : call.arguments().toString();
    ObjectNode event = call.item().placed(lines.event("response.function_call_arguments.done"));
    lines.write(event.put("name", Nodes.text(call.item().node(), "name")).put("arguments", whole));
    status(call.item().node().put("arguments", whole), status);
    call.item().end(lines);
  }

  private static void status(ObjectNode node, String status) {
    if (node.has("status")) {
      node.put("status", status);
    }
  }

  /// Keeps what is open as far as it came, without saying that it ended: a caller would run a tool
  /// with half its arguments.
  void abandon() {
    if (item != null) {
      status(item.node(), Nodes.INCOMPLETE);
      if (piece != null) {
        item.list(piece.kind().list).add(piece.whole());
      }
    }
    for (OpenCall call : calls.values()) {
      status(call.item().node(), Nodes.INCOMPLETE);
      call.item().node().put("arguments", call.arguments().toString());
    }
  }
}
