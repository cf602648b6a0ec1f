package dev.gimbal.gateway.dialect.responses;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gimbal.gateway.dialect.Feature;
import dev.gimbal.gateway.dialect.Losses;
import dev.gimbal.gateway.dialect.ModelRequest.Turn;
import dev.gimbal.gateway.dialect.Part;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Writes turns as items.
final class InputWriter {
  private final ArrayNode items = JsonNodeFactory.instance.arrayNode();
  private final Losses losses;
  private final ContentWriter content;

  InputWriter(Losses losses) {
    this.losses = losses;
    this.content = new ContentWriter(losses);
  }

  ArrayNode items() {
    return items;
  }

  void turn(Turn turn) {
    switch (turn.role()) {
      case SYSTEM -> shown("system", turn.parts());
      case USER -> shown("user", turn.parts());
      case ASSISTANT -> said(turn.parts());
    }
  }

  /// What a user, a tool or the caller's own instructions show the model.
  void shown(String role, List<Part> parts) {
    ArrayNode message = null;
    for (Part part : parts) {
      if (part instanceof Part.ToolResult result) {
        message = null;
        result(result);
        continue;
      }
      ObjectNode written = shown(part);
      if (written == null) {
        continue;
      }
      if (message == null) {
        message = message(role);
      }
      message.add(written);
    }
  }

  private ArrayNode message(String role) {
    ObjectNode item = Nodes.typed("message").put("role", role);
    items.add(item);
    return item.putArray("content");
  }

  private @Nullable ObjectNode shown(Part part) {
    return switch (part) {
      case Part.Text text -> content.text(text);
      case Part.Media media -> content.media(media);
      case Part.Refusal refusal -> content.text(new Part.Text(refusal.text()));
      case Part.ToolCall ignored -> throw misplaced(part);
      case Part.ToolResult ignored -> throw misplaced(part);
      case Part.Thinking ignored -> throw misplaced(part);
      case Part.HiddenThinking ignored -> throw misplaced(part);
    };
  }

  private static IllegalArgumentException misplaced(Part part) {
    return new IllegalArgumentException("no place in this turn for " + part.getClass());
  }

  private void result(Part.ToolResult result) {
    content.mark(result);
    if (result.failed()) {
      // No field says so; the result's own words do.
      losses.harmless(Feature.TOOL_RESULT_FAILED);
    }
    ObjectNode item = Nodes.typed("function_call_output").put("call_id", result.callId());
    items.add(item);
    List<Part> output = result.content();
    if (output.isEmpty()) {
      item.put("output", "");
    } else if (output.size() == 1 && output.getFirst() instanceof Part.Text text) {
      content.mark(text);
      item.put("output", text.text());
    } else {
      ArrayNode parts = item.putArray("output");
      for (Part part : output) {
        ObjectNode written = shown(part);
        if (written != null) {
          parts.add(written);
        }
      }
    }
  }

  private void said(List<Part> parts) {
    ItemWriter writer = new ItemWriter(items, null);
    for (Part part : parts) {
      content.mark(part);
      switch (part) {
        case Part.Text text -> writer.text(text.text(), List.of());
        case Part.Refusal refusal -> writer.refusal(refusal.text());
        case Part.Thinking thinking -> writer.thinking(thinking);
        case Part.HiddenThinking hidden -> writer.hidden(hidden);
        case Part.ToolCall call -> writer.call(call);
        case Part.Media ignored -> losses.harmful(Feature.MADE_MEDIA);
        case Part.ToolResult ignored -> throw misplaced(part);
      }
    }
  }
}
