package dev.gimbal.gateway.dialect.gemini;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gimbal.gateway.dialect.DialectException;
import dev.gimbal.gateway.dialect.Feature;
import dev.gimbal.gateway.dialect.Losses;
import dev.gimbal.gateway.dialect.ModelRequest;
import dev.gimbal.gateway.dialect.ModelRequest.Role;
import dev.gimbal.gateway.dialect.ModelRequest.Turn;
import dev.gimbal.gateway.dialect.Part;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Writes the instructions and the turns of one call. Neighbouring turns of one side become one:
/// the vendor wants the results of parallel calls together. Instructions amid the turns go to the
/// others at the top, since there is no other place for them.
final class TurnWriter {
  private final Losses losses;
  private final Map<String, String> names = new HashMap<>();

  TurnWriter(Losses losses) {
    this.losses = losses;
  }

  void write(ModelRequest request, ObjectNode to) {
    ArrayNode system = to.arrayNode();
    request.system().forEach(part -> part(part, system));
    ArrayNode contents = to.arrayNode();
    @Nullable Role last = null;
    for (Turn turn : request.turns()) {
      if (turn.role() == Role.SYSTEM) {
        losses.harmless(Feature.SYSTEM_AMID_TURNS);
        turn.parts().forEach(part -> part(part, system));
        continue;
      }
      ArrayNode parts =
          turn.role() == last
              ? (ArrayNode) contents.get(contents.size() - 1).path("parts")
              : content(turn.role(), contents);
      last = turn.role();
      turn.parts().forEach(part -> part(part, parts));
    }
    if (Models.wantsSignatures(request.model())) {
      contents.forEach(TurnWriter::sign);
    }
    if (!system.isEmpty()) {
      to.putObject("systemInstruction").set("parts", system);
    }
    to.set("contents", contents);
  }

  private static ArrayNode content(Role role, ArrayNode contents) {
    ObjectNode content = contents.addObject();
    content.put("role", role == Role.ASSISTANT ? "model" : "user");
    return content.putArray("parts");
  }

  private static void sign(JsonNode content) {
    ArrayNode parts = (ArrayNode) content.path("parts");
    signFirstCall(parts);
    if (content.path("role").asText().equals("model")) {
      for (JsonNode part : parts) {
        if (part.has("inlineData") && !part.has("thoughtSignature")) {
          PartNodes.sign((ObjectNode) part, Signatures.NOT_MADE_HERE);
        }
      }
    }
  }

  private static void signFirstCall(ArrayNode parts) {
    for (int i = 0; i < parts.size(); i++) {
      if (parts.get(i).has("functionCall")) {
        if (!parts.get(i).has("thoughtSignature")) {
          PartNodes.sign((ObjectNode) parts.get(i), Signatures.NOT_MADE_HERE);
        }
        return;
      }
    }
  }

  private void part(Part part, ArrayNode to) {
    unmarked(part);
    switch (part) {
      case Part.Text text -> to.add(PartNodes.text(text.text()));
      case Part.Refusal refusal -> to.add(PartNodes.text(refusal.text()));
      case Part.Media media -> to.add(media(media));
      case Part.Thinking thinking -> PartNodes.thought(thinking, to);
      // Only the provider whose it is can read it, and this vendor has none of these.
      case Part.HiddenThinking ignored -> losses.harmless(Feature.REASONING_REPLAY);
      case Part.ToolCall call -> to.add(call(call));
      case Part.ToolResult result -> to.add(result(result));
    }
  }

  private ObjectNode media(Part.Media media) {
    if (media.name() != null) {
      losses.harmless(Feature.FILE_NAME);
    }
    if (media.closely()) {
      losses.harmless(Feature.MEDIA_DETAIL);
    }
    return PartNodes.media(media.source());
  }

  private void unmarked(Part part) {
    if (part.cache() != null) {
      losses.harmless(Feature.CACHE_MARK);
    }
  }

  private ObjectNode call(Part.ToolCall call) {
    names.put(call.id(), call.name());
    ObjectNode arguments = Nodes.parseObject(call.arguments());
    if (arguments == null) {
      throw new DialectException(
          "arguments", "must be a JSON object in the tool call " + call.id());
    }
    return PartNodes.call(call.id(), call.name(), arguments, call.signature());
  }

  private ObjectNode result(Part.ToolResult result) {
    @Nullable String name = result.name() == null ? names.get(result.callId()) : result.name();
    if (name == null) {
      throw new DialectException(
          "tool result " + result.callId(), "must answer a tool call before it");
    }
    ObjectNode part = Nodes.object();
    ObjectNode response = part.putObject("functionResponse");
    response.put("id", result.callId()).put("name", name);
    StringBuilder said = new StringBuilder();
    ArrayNode media = part.arrayNode();
    for (Part content : result.content()) {
      unmarked(content);
      switch (content) {
        case Part.Text text -> line(text.text(), said);
        case Part.Refusal refusal -> line(refusal.text(), said);
        case Part.Media shown -> shown(shown, media);
        case Part.Thinking thinking -> line(thinking.text(), said);
        case Part.HiddenThinking ignored -> losses.harmless(Feature.REASONING_REPLAY);
        case Part.ToolCall call -> throw nested(call.id());
        case Part.ToolResult inner -> throw nested(inner.callId());
      }
    }
    response.set("response", new ResultText(said.toString(), result.failed()).write());
    if (!media.isEmpty()) {
      response.set("parts", media);
    }
    return part;
  }

  /// The vendor has no addresses in results.
  private void shown(Part.Media media, ArrayNode to) {
    if (media.source() instanceof Part.Source.Inline) {
      to.add(media(media));
    } else {
      losses.harmful(Feature.TOOL_RESULT_MEDIA);
    }
  }

  private static void line(String text, StringBuilder to) {
    to.append(to.isEmpty() || text.isEmpty() ? "" : "\n").append(text);
  }

  private static DialectException nested(String id) {
    return new DialectException("tool result " + id, "must hold text and media only");
  }
}
