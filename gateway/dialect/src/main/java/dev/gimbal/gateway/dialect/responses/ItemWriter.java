package dev.gimbal.gateway.dialect.responses;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gimbal.gateway.dialect.Part;
import dev.gimbal.gateway.dialect.TokenLogprob;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Writes what the model said as items: texts and refusals in a row are one message, thoughts in a
/// row one reasoning item that ends with what is encrypted.
final class ItemWriter {
  private final ArrayNode items;
  private final @Nullable ItemIds ids;
  private @Nullable ArrayNode message;
  private @Nullable ObjectNode reasoning;

  /// @param ids null: the items of a call, which need none
  ItemWriter(ArrayNode items, @Nullable ItemIds ids) {
    this.items = items;
    this.ids = ids;
  }

  void text(String text, List<TokenLogprob> logprobs) {
    content(
        ids == null
            ? Nodes.typed("output_text").put("text", text)
            : Nodes.outputText(text, logprobs));
  }

  void refusal(String text) {
    content(Nodes.refusal(text));
  }

  private void content(ObjectNode part) {
    ArrayNode to = message;
    if (to == null) {
      ObjectNode item = Nodes.item("message", id(ItemIds.MESSAGE), status());
      to = item.put("role", "assistant").putArray("content");
      add(item);
      message = to;
    }
    to.add(part);
  }

  void thinking(Part.Thinking thinking) {
    ObjectNode item = reasoning == null ? reasoning(null) : reasoning;
    item.withArray("summary").add(Nodes.summary(thinking.text()));
    reasoning = item;
    if (thinking.signature() != null) {
      seal(item, Sealed.thought(thinking.signature()));
    }
  }

  void hidden(Part.HiddenThinking hidden) {
    ObjectNode item = reasoning == null ? reasoning(hidden.id()) : reasoning;
    if (hidden.id() != null) {
      item.put("id", hidden.id());
    }
    seal(item, hidden.data());
  }

  private ObjectNode reasoning(@Nullable String id) {
    ObjectNode item = Nodes.item("reasoning", id == null ? id(ItemIds.REASONING) : id, null);
    item.putArray("summary");
    add(item);
    return item;
  }

  private void seal(ObjectNode item, String encrypted) {
    item.put("encrypted_content", encrypted);
    reasoning = null;
  }

  void image(Part.Media media) {
    add(Nodes.image(id(ItemIds.IMAGE), media));
  }

  void call(Part.ToolCall call) {
    if (call.signature() != null) {
      end();
      seal(reasoning(null), Sealed.call(call.signature()));
    }
    add(
        Nodes.call(id(ItemIds.CALL), status(), call.id(), call.name())
            .put("arguments", call.arguments()));
  }

  private void add(ObjectNode item) {
    end();
    items.add(item);
  }

  /// What comes next is another item.
  void end() {
    message = null;
    reasoning = null;
  }

  private @Nullable String id(String prefix) {
    return ids == null ? null : ids.of(prefix, items.size());
  }

  private @Nullable String status() {
    return ids == null ? null : Nodes.COMPLETED;
  }
}
