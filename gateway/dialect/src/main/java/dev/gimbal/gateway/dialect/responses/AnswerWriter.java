package dev.gimbal.gateway.dialect.responses;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gimbal.gateway.dialect.ModelAnswer;
import dev.gimbal.gateway.dialect.Part;
import java.util.UUID;

/// Writes a whole answer.
final class AnswerWriter {
  private AnswerWriter() {}

  static ObjectNode write(ModelAnswer answer, ObjectNode echo) {
    ItemIds ids = ItemIds.ofAnswer(id(answer));
    ArrayNode output = JsonNodeFactory.instance.arrayNode();
    ItemWriter writer = new ItemWriter(output, ids);
    boolean refused = false;
    for (Part part : answer.parts()) {
      refused |= part instanceof Part.Refusal;
      item(writer, part);
    }
    String incomplete = Stops.incomplete(answer.stop(), refused);
    if (incomplete != null
        && !output.isEmpty()
        && output.get(output.size() - 1) instanceof ObjectNode last
        && last.has("status")) {
      last.put("status", Nodes.INCOMPLETE);
    }
    return new ResponseObject(ids.answer(), answer.created(), answer.model(), echo)
        .ended(output, incomplete, answer.usage());
  }

  /// A client expects an id; where the provider has none, the answer's contents give it one.
  private static String id(ModelAnswer answer) {
    if (answer.id() != null) {
      return answer.id();
    }
    String contents = answer.model() + answer.created() + answer.parts();
    return UUID.nameUUIDFromBytes(contents.getBytes(UTF_8)).toString();
  }

  private static void item(ItemWriter writer, Part part) {
    switch (part) {
      case Part.Text text -> writer.text(text.text(), text.logprobs());
      case Part.Refusal refusal -> writer.refusal(refusal.text());
      case Part.Thinking thinking -> writer.thinking(thinking);
      case Part.HiddenThinking hidden -> writer.hidden(hidden);
      case Part.ToolCall call -> writer.call(call);
      case Part.Media media -> writer.image(media);
      case Part.ToolResult ignored -> throw misplaced(part);
    }
  }

  private static IllegalArgumentException misplaced(Part part) {
    return new IllegalArgumentException("no place in an answer for " + part.getClass());
  }
}
