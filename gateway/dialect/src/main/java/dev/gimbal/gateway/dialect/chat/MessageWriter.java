package dev.gimbal.gateway.dialect.chat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gimbal.gateway.dialect.Feature;
import dev.gimbal.gateway.dialect.Losses;
import dev.gimbal.gateway.dialect.ModelRequest;
import dev.gimbal.gateway.dialect.Part;
import java.util.ArrayList;
import java.util.List;

/// Writes `messages`. The results of tools in a turn come first, a message each: they must follow
/// the calls at once.
final class MessageWriter {
  private final ChatTarget target;
  private final Losses losses;
  private final ContentWriter content;
  private final ArrayNode messages = JsonNodeFactory.instance.arrayNode();

  MessageWriter(ChatTarget target, Losses losses) {
    this.target = target;
    this.losses = losses;
    this.content = new ContentWriter(target, losses);
  }

  ArrayNode write(ModelRequest request) {
    if (!request.system().isEmpty()) {
      message("system", request.system());
    }
    for (ModelRequest.Turn turn : request.turns()) {
      switch (turn.role()) {
        case SYSTEM -> message("system", turn.parts());
        case USER -> user(turn.parts());
        case ASSISTANT -> assistant(turn.parts());
      }
    }
    return messages;
  }

  private void message(String role, List<Part> parts) {
    messages.addObject().put("role", role).set("content", content.write(parts));
  }

  private void user(List<Part> parts) {
    List<Part> said = new ArrayList<>();
    for (Part part : parts) {
      if (part instanceof Part.ToolResult result) {
        result(result);
      } else {
        said.add(part);
      }
    }
    if (!said.isEmpty() || parts.isEmpty()) {
      message("user", said);
    }
  }

  private void result(Part.ToolResult result) {
    if (result.failed()) {
      // harmless: what failed stands in the result itself
      losses.harmless(Feature.TOOL_RESULT_FAILED);
    }
    List<Part> parts = result.content();
    if (!target.knows(Feature.TOOL_RESULT_MEDIA)) {
      List<Part> texts = parts.stream().filter(part -> !(part instanceof Part.Media)).toList();
      if (texts.size() < parts.size()) {
        losses.harmful(Feature.TOOL_RESULT_MEDIA);
      }
      parts = texts;
    }
    ObjectNode message =
        messages.addObject().put("role", "tool").put("tool_call_id", result.callId());
    message.set("content", content.write(parts));
    ContentWriter.mark(result.cache(), message, target, losses);
  }

  private void assistant(List<Part> parts) {
    ObjectNode message = messages.addObject().put("role", "assistant");
    thoughts(parts, message);
    List<Part> said =
        parts.stream().filter(p -> p instanceof Part.Text || p instanceof Part.Media).toList();
    said.forEach(this::loseMedia);
    List<Part> texts = said.stream().filter(p -> p instanceof Part.Text).toList();
    List<Part.ToolCall> calls = Messages.calls(parts);
    String refusal = Messages.refusal(parts);
    if (texts.isEmpty() && (!calls.isEmpty() || refusal != null)) {
      // as the vendor's own answers, which clients send back; some servers miss an absent field
      message.putNull("content");
    } else {
      message.set("content", content.write(texts));
    }
    if (refusal != null) {
      message.put("refusal", refusal);
    }
    if (!calls.isEmpty()) {
      ArrayNode written = message.putArray("tool_calls");
      for (Part.ToolCall call : calls) {
        ObjectNode node = Messages.call(call);
        sign(node, call);
        ContentWriter.mark(call.cache(), node, target, losses);
        written.add(node);
      }
    }
  }

  private void sign(ObjectNode node, Part.ToolCall call) {
    if (call.signature() == null) {
      return;
    }
    if (target.knows(Feature.REASONING_REPLAY)) {
      Messages.sign(node, call.signature());
    } else {
      losses.harmless(Feature.REASONING_REPLAY);
    }
  }

  /// The vendor takes no media from the model's side.
  private void loseMedia(Part part) {
    if (part instanceof Part.Media) {
      losses.harmful(Feature.MADE_MEDIA);
    }
  }

  private void thoughts(List<Part> parts, ObjectNode message) {
    List<Part> thoughts =
        parts.stream()
            .filter(p -> p instanceof Part.Thinking || p instanceof Part.HiddenThinking)
            .toList();
    if (thoughts.isEmpty()) {
      return;
    }
    if (target.knows(Feature.REASONING_REPLAY)) {
      Thoughts.write(thoughts, message);
    } else {
      // harmless: the model thinks anew
      losses.harmless(Feature.REASONING_REPLAY);
    }
  }
}
