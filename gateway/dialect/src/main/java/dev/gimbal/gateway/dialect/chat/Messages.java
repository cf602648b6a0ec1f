package dev.gimbal.gateway.dialect.chat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gimbal.gateway.dialect.Part;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What an assistant's message has alike in calls and in answers.
final class Messages {
  private static final int ID_LETTERS = 24;

  private Messages() {}

  static List<Part.ToolCall> calls(List<Part> parts) {
    return parts.stream()
        .filter(Part.ToolCall.class::isInstance)
        .map(Part.ToolCall.class::cast)
        .toList();
  }

  /// Null if the model does not decline.
  static @Nullable String refusal(List<Part> parts) {
    StringBuilder said = new StringBuilder();
    boolean refused = false;
    for (Part part : parts) {
      if (part instanceof Part.Refusal refusal) {
        refused = true;
        said.append(refusal.text());
      }
    }
    return refused ? said.toString() : null;
  }

  /// Without its signature.
  static ObjectNode call(Part.ToolCall call) {
    ObjectNode written = Nodes.object().put("id", call.id()).put("type", "function");
    written.putObject("function").put("name", call.name()).put("arguments", call.arguments());
    return written;
  }

  /// An id for a call that has none: the answer's own end in it keeps it apart from those of other
  /// turns.
  static String id(@Nullable String answer, int position) {
    String letters = answer == null ? "" : answer.replaceAll("[^a-zA-Z0-9]", "");
    String end = letters.substring(Math.max(0, letters.length() - ID_LETTERS));
    return end.isEmpty() ? "call_" + position : "call_" + end + "_" + position;
  }

  /// What stands for the id of an answer in ids that are made: that of one of several choices is
  /// its own.
  static @Nullable String idOf(@Nullable String answer, int choice) {
    return choice == 0 ? answer : (answer == null ? "" : answer) + "choice" + choice;
  }

  /// Where Google's servers of this dialect keep a call's signature.
  static void sign(ObjectNode call, @Nullable String signature) {
    if (signature != null) {
      call.putObject("extra_content").putObject("google").put("thought_signature", signature);
    }
  }
}
