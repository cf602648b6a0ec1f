package dev.gimbal.gateway.dialect.chat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gimbal.gateway.dialect.ModelAnswer;
import dev.gimbal.gateway.dialect.Part;
import dev.gimbal.gateway.dialect.TokenLogprob;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Writes a whole answer.
final class AnswerWriter {
  private AnswerWriter() {}

  static ObjectNode write(ModelAnswer answer) {
    ObjectNode body = Nodes.object();
    if (answer.id() != null) {
      body.put("id", answer.id());
    }
    body.put("object", "chat.completion");
    if (answer.created() != null) {
      body.put("created", answer.created());
    }
    body.put("model", answer.model());
    ArrayNode choices = body.putArray("choices");
    for (ModelAnswer.Choice said : answer.choices()) {
      ObjectNode choice = choices.addObject().put("index", choices.size() - 1);
      String refusal = Messages.refusal(said.parts());
      choice.set("message", message(said.parts(), refusal));
      List<TokenLogprob> logprobs = TokenLogprob.of(said.parts());
      if (!logprobs.isEmpty()) {
        choice.set("logprobs", Nodes.logprobs(logprobs));
      }
      choice.put("finish_reason", Stops.write(said.stop(), refusal != null));
    }
    ObjectNode usage = Usage.write(answer.usage());
    if (usage != null) {
      body.set("usage", usage);
    }
    return body;
  }

  private static ObjectNode message(List<Part> parts, @Nullable String refusal) {
    ObjectNode message = Nodes.object().put("role", "assistant");
    StringBuilder text = new StringBuilder();
    boolean said = false;
    for (Part part : parts) {
      if (part instanceof Part.Text piece) {
        said = true;
        text.append(piece.text());
      }
    }
    // the vendor's form: clients look for the field
    message.put("content", said ? text.toString() : null);
    Thoughts.write(parts, message);
    if (refusal != null) {
      message.put("refusal", refusal);
    }
    for (Part part : parts) {
      if (part instanceof Part.Media media) {
        message.withArray("images").add(Media.given(media));
      }
    }
    List<Part.ToolCall> calls = Messages.calls(parts);
    if (!calls.isEmpty()) {
      ArrayNode written = message.putArray("tool_calls");
      for (Part.ToolCall call : calls) {
        ObjectNode node = Messages.call(call);
        Messages.sign(node, call.signature());
        written.add(node);
      }
    }
    return message;
  }
}
