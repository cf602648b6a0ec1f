package dev.gimbal.gateway.dialect.gemini;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The ids of tool calls. In this dialect a call need not have one, and a result then names the
/// tool alone: it answers the first call of that tool that was not answered yet.
final class CallIds {
  // What every other dialect takes for an id, and short enough for the one that takes 40
  // characters.
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_-]{1,26}");

  private final List<Call> open = new ArrayList<>();
  private int calls;

  private record Call(String id, String name) {}

  /// The id of the next call of a conversation, made from its position if it has none.
  String called(@Nullable String given, String name) {
    String id = (given == null || given.isEmpty()) ? "call_" + calls : given;
    calls++;
    open.add(new Call(id, name));
    return id;
  }

  /// The id of the call that a result answers.
  String answered(Fields response, String name) {
    @Nullable String given = response.text("id");
    boolean unnamed = given == null || given.isEmpty();
    for (Call call : open) {
      if (unnamed ? call.name().equals(name) : call.id().equals(given)) {
        open.remove(call);
        return call.id();
      }
    }
    if (given == null || unnamed) {
      throw response.wrong("name", "must be the name of a function that was called before");
    }
    return given;
  }

  /// The id of a call in an answer that has none. The answer's own id is in it, since clients
  /// keep calls by their ids through a whole conversation.
  static String made(@Nullable String answer, int position) {
    return answer != null && PLAIN.matcher(answer).matches()
        ? "call_" + answer + "_" + position
        : "call_" + position;
  }
}
