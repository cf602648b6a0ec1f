package dev.gimbal.gateway.dialect.messages;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gimbal.gateway.dialect.Feature;
import dev.gimbal.gateway.dialect.Losses;
import dev.gimbal.gateway.dialect.ModelRequest;
import dev.gimbal.gateway.dialect.Part;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/// Writes the turns: neighbours of one side become one message, in which the results of tools come
/// first, as the vendor wants them. For one thread at a time.
final class TurnWriter {
  private final Losses losses;
  private final BlockWriter blocks;
  private final List<Message> messages = new ArrayList<>();
  private final ArrayNode system;

  private record Message(ModelRequest.Role role, ArrayNode content) {}

  TurnWriter(Losses losses) {
    this.losses = losses;
    this.blocks = new BlockWriter(losses);
    this.system = JsonNodeFactory.instance.arrayNode();
  }

  void write(ModelRequest request, ObjectNode body) {
    system.addAll(blocks.blocks(request.system()));
    List<ModelRequest.Turn> turns = request.turns();
    for (int i = 0; i < turns.size(); i++) {
      ModelRequest.Turn turn = turns.get(i);
      ArrayNode content = blocks.blocks(sayable(turn));
      if (content.isEmpty()) {
        continue;
      }
      if (turn.role() != ModelRequest.Role.SYSTEM) {
        add(turn.role(), content);
      } else if (ModelKind.takesSystemAmidTurns(request.model()) && fits(turns, i)) {
        messages.add(new Message(turn.role(), content));
      } else {
        losses.harmless(Feature.SYSTEM_AMID_TURNS);
        system.addAll(content);
      }
    }
    if (!system.isEmpty()) {
      body.set("system", BlockWriter.content(system));
    }
    ArrayNode written = body.putArray("messages");
    messages.forEach(message -> written.add(message(message)));
  }

  // The vendor takes no media from the model's side.
  private List<Part> sayable(ModelRequest.Turn turn) {
    Predicate<Part> media = part -> part instanceof Part.Media;
    if (turn.role() != ModelRequest.Role.ASSISTANT || turn.parts().stream().noneMatch(media)) {
      return turn.parts();
    }
    losses.harmful(Feature.MADE_MEDIA);
    return turn.parts().stream().filter(media.negate()).toList();
  }

  // The vendor wants them right behind a user's turn, and the model's turn or nothing behind them.
  private boolean fits(List<ModelRequest.Turn> turns, int i) {
    boolean last = i + 1 == turns.size();
    return !messages.isEmpty()
        && messages.getLast().role() == ModelRequest.Role.USER
        && (last || turns.get(i + 1).role() == ModelRequest.Role.ASSISTANT);
  }

  private void add(ModelRequest.Role role, ArrayNode content) {
    if (!messages.isEmpty() && messages.getLast().role() == role) {
      messages.getLast().content().addAll(content);
    } else {
      messages.add(new Message(role, content));
    }
  }

  private static ObjectNode message(Message message) {
    String role =
        switch (message.role()) {
          case SYSTEM -> "system";
          case USER -> "user";
          case ASSISTANT -> "assistant";
        };
    ObjectNode written = JsonNodeFactory.instance.objectNode().put("role", role);
    ArrayNode ordered = JsonNodeFactory.instance.arrayNode();
    Predicate<JsonNode> result = block -> block.path("type").asText().equals("tool_result");
    message.content().forEach(block -> addIf(result.test(block), block, ordered));
    message.content().forEach(block -> addIf(!result.test(block), block, ordered));
    return written.set("content", BlockWriter.content(ordered));
  }

  private static void addIf(boolean wanted, JsonNode block, ArrayNode to) {
    if (wanted) {
      to.add(block);
    }
  }
}
