package dev.gimbal.gateway.dialect.gemini;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gimbal.gateway.dialect.Part;
import org.jspecify.annotations.Nullable;

/// The parts of this dialect, as calls and answers have them alike.
final class PartNodes {
  private PartNodes() {}

  static ObjectNode text(String text) {
    return Nodes.object().put("text", text);
  }

  static ObjectNode thought(String text) {
    return text(text).put("thought", true);
  }

  static ObjectNode hidden(Part.HiddenThinking hidden) {
    return thought("").put("thoughtSignature", Signatures.seal(hidden.id(), hidden.data()));
  }

  static void sign(ObjectNode part, @Nullable String signature) {
    if (signature != null) {
      part.put("thoughtSignature", signature);
    }
  }

  /// Adds a thought. One without a text is the signature of the part before it, which the vendor
  /// wants back where it was.
  static void thought(Part.Thinking thinking, ArrayNode to) {
    if (!thinking.text().isEmpty()) {
      ObjectNode part = thought(thinking.text());
      sign(part, thinking.signature());
      to.add(part);
    } else if (thinking.signature() != null) {
      ObjectNode part = unsigned(to);
      if (part == null) {
        part = text("");
        to.add(part);
      }
      sign(part, thinking.signature());
    }
  }

  /// The last part, if it can take a signature that stands for itself.
  private static @Nullable ObjectNode unsigned(ArrayNode parts) {
    return !parts.isEmpty()
            && parts.get(parts.size() - 1) instanceof ObjectNode last
            && !last.has("thoughtSignature")
            && !last.has("thought")
            && (last.has("text") || last.has("inlineData") || last.has("fileData"))
        ? last
        : null;
  }

  static ObjectNode call(String id, String name, ObjectNode arguments, @Nullable String signature) {
    ObjectNode part = Nodes.object();
    part.putObject("functionCall").put("id", id).put("name", name).set("args", arguments);
    sign(part, signature);
    return part;
  }

  static ObjectNode media(Part.Source source) {
    ObjectNode part = Nodes.object();
    switch (source) {
      case Part.Source.Inline inline ->
          part.putObject("inlineData")
              .put("mimeType", inline.mimeType())
              .put("data", inline.base64());
      case Part.Source.Address address -> {
        ObjectNode file = part.putObject("fileData");
        @Nullable String type =
            address.mimeType() == null ? Media.typeOf(address.url()) : address.mimeType();
        if (type != null) {
          file.put("mimeType", type);
        }
        file.put("fileUri", address.url());
      }
      case Part.Source.Stored stored -> part.putObject("fileData").put("fileUri", stored.id());
    }
    return part;
  }
}
