package dev.gimbal.gateway.dialect.chat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gimbal.gateway.dialect.AnswerEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Puts the pieces of calls in order. One call is open at a time; what belongs to a later one is
/// held until the open one is whole, because other dialects know no pieces of two parts in turn.
final class StreamCalls {
  private final List<Call> calls = new ArrayList<>();
  private int opened;
  private @Nullable String answer;

  private static final class Call {
    private final @Nullable Long index;
    private final StringBuilder held = new StringBuilder();
    private final JsonEnd arguments = new JsonEnd();
    private @Nullable String id;
    private @Nullable String name;
    private @Nullable String signature;
    private int part = -1;

    Call(@Nullable Long index) {
      this.index = index;
    }
  }

  /// @param id of the answer; null if it has none
  void of(@Nullable String id) {
    answer = id;
  }

  boolean any() {
    return !calls.isEmpty();
  }

  /// @param next the number of the next part
  /// @return the number of the next part behind these
  int deltas(JsonNode deltas, int next, Consumer<AnswerEvent> to) {
    for (JsonNode delta : deltas) {
      Call call = call(delta);
      JsonNode function = Nodes.object(delta, "function");
      if (call.name == null) {
        call.name = Nodes.text(function, "name");
      }
      if (call.signature == null) {
        call.signature = AnswerReader.signature(delta);
      }
      String piece = arguments(function);
      if (piece != null) {
        call.held.append(piece);
        call.arguments.read(piece);
      }
      next = forward(next, false, to);
    }
    return next;
  }

  private static @Nullable String arguments(@Nullable JsonNode function) {
    JsonNode arguments = Nodes.object(function, "arguments");
    return arguments == null ? Nodes.text(function, "arguments") : arguments.toString();
  }

  /// A new id is a new call, also where a server numbers all of them 0 or none at all.
  private Call call(JsonNode delta) {
    Long index = Nodes.whole(delta, "index");
    String id = Nodes.text(delta, "id");
    for (int i = calls.size() - 1; i >= 0; i--) {
      Call call = calls.get(i);
      boolean here = index == null || call.index == null || index.equals(call.index);
      if (here && (id == null || call.id == null || id.equals(call.id))) {
        call.id = call.id == null ? id : call.id;
        return call;
      }
    }
    Call call = new Call(index);
    call.id = id;
    calls.add(call);
    return call;
  }

  /// Says what can be said in order.
  ///
  /// @param last whether nothing more of the open calls is to come
  private int forward(int next, boolean last, Consumer<AnswerEvent> to) {
    int number = next;
    while (opened < calls.size()) {
      Call call = calls.get(opened);
      if (call.name == null) {
        return number;
      }
      if (call.part < 0) {
        call.part = number++;
        String id = call.id == null ? Messages.id(answer, opened) : call.id;
        to.accept(new AnswerEvent.ToolStarted(call.part, id, call.name, call.signature));
      }
      if (!call.held.isEmpty()) {
        to.accept(new AnswerEvent.ToolPiece(call.part, call.held.toString()));
        call.held.setLength(0);
      }
      boolean latest = opened == calls.size() - 1;
      if (!last && (latest || !call.arguments.reached())) {
        return number;
      }
      opened++;
    }
    return number;
  }

  int close(int next, Consumer<AnswerEvent> to) {
    return forward(next, true, to);
  }
}
