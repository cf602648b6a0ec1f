package dev.gimbal.gateway.dialect.chat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gimbal.gateway.dialect.Leftover;
import dev.gimbal.gateway.dialect.Part;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Thinking in a message, a call's or an answer's. `reasoning_content` (or `reasoning`) is its bare
/// text; `reasoning_details` is a list of its pieces with signatures and hidden ones, and repeats
/// the text.
final class Thoughts {
  static final String TEXT = "reasoning.text";
  static final String SUMMARY = "reasoning.summary";
  static final String ENCRYPTED = "reasoning.encrypted";

  /// Whose the piece is: the target knows its own.
  private static final Set<String> HARMLESS = Set.of("format", "id");

  private Thoughts() {}

  /// @param leftovers what of it could not be read is added here
  static List<Part> read(Fields message, List<Leftover> leftovers) {
    String bare = bare(message.text("reasoning_content"), message.text("reasoning"));
    List<Part> parts = details(message, leftovers);
    boolean told =
        parts.stream().anyMatch(p -> p instanceof Part.Thinking t && !t.text().isEmpty());
    if (bare != null && !told) {
      addBare(bare, parts);
    }
    return parts;
  }

  /// Some clients send a stream's pieces back as they came: those of one index are one part.
  private static List<Part> details(Fields message, List<Leftover> leftovers) {
    List<Part> parts = new ArrayList<>();
    List<JsonNode> details = message.list("reasoning_details");
    Long last = null;
    for (int i = 0; i < details.size(); i++) {
      Fields detail = Fields.of(details.get(i), message.path("reasoning_details") + "[" + i + "]");
      Long index = detail.whole("index");
      Part part = detail(detail, leftovers);
      if (part instanceof Part.Thinking more
          && index != null
          && index.equals(last)
          && !parts.isEmpty()
          && parts.getLast() instanceof Part.Thinking before) {
        parts.set(parts.size() - 1, joined(before, more));
      } else if (part != null) {
        parts.add(part);
      }
      last = index;
    }
    return parts;
  }

  private static Part.Thinking joined(Part.Thinking before, Part.Thinking more) {
    return new Part.Thinking(
        before.text() + more.text(),
        more.signature() == null ? before.signature() : more.signature());
  }

  private static @Nullable String bare(@Nullable String content, @Nullable String reasoning) {
    String text = content == null || content.isEmpty() ? reasoning : content;
    return text == null || text.isEmpty() ? null : text;
  }

  /// A lone signature beside a bare text belongs to it.
  private static void addBare(String bare, List<Part> parts) {
    List<Part> signed = parts.stream().filter(p -> p instanceof Part.Thinking).toList();
    if (signed.size() == 1 && signed.getFirst() instanceof Part.Thinking only) {
      parts.set(parts.indexOf(only), new Part.Thinking(bare, only.signature()));
    } else {
      parts.addFirst(new Part.Thinking(bare, null));
    }
  }

  private static @Nullable Part detail(Fields detail, List<Leftover> leftovers) {
    String type = detail.text("type");
    Part part =
        switch (type) {
          case null -> null;
          case TEXT -> thinking(detail.text("text"), detail.text("signature"));
          case SUMMARY -> thinking(detail.text("summary"), null);
          case ENCRYPTED -> new Part.HiddenThinking(detail.text("id"), detail.requiredText("data"));
          default -> null;
        };
    switch (type) {
      case TEXT, SUMMARY, ENCRYPTED -> detail.leave(leftovers, HARMLESS);
      case null, default -> leftovers.add(new Leftover(detail.path(), false));
    }
    return part;
  }

  private static @Nullable Part thinking(@Nullable String text, @Nullable String signature) {
    String said = text == null ? "" : text;
    String signed = signature == null || signature.isEmpty() ? null : signature;
    return said.isEmpty() && signed == null ? null : new Part.Thinking(said, signed);
  }

  /// The text of a part of type `thinking`, as Mistral writes them; null if it has none.
  static @Nullable String ofPart(JsonNode part) {
    if (!"thinking".equals(Nodes.text(part, "type"))) {
      return null;
    }
    JsonNode texts = Nodes.list(part, "thinking");
    if (texts == null) {
      return Nodes.text(part, "thinking");
    }
    StringBuilder text = new StringBuilder();
    for (JsonNode piece : texts) {
      String said = Nodes.text(piece, "text");
      text.append(said == null ? "" : said);
    }
    return text.isEmpty() ? null : text.toString();
  }

  /// The list appears only where the bare text does not say it all: most servers know only that.
  static void write(List<Part> parts, ObjectNode message) {
    StringBuilder bare = new StringBuilder();
    ArrayNode details = message.arrayNode();
    boolean needed = false;
    for (Part part : parts) {
      if (part instanceof Part.Thinking thinking) {
        bare.append(thinking.text());
        needed |= thinking.signature() != null || !details.isEmpty();
        details.add(text(details.size(), thinking.text(), thinking.signature()));
      } else if (part instanceof Part.HiddenThinking hidden) {
        needed = true;
        details.add(hidden(details.size(), hidden.id(), hidden.data()));
      }
    }
    if (!bare.isEmpty()) {
      message.put("reasoning_content", bare.toString());
    }
    if (needed) {
      message.set("reasoning_details", details);
    }
  }

  static ObjectNode text(int index, @Nullable String text, @Nullable String signature) {
    ObjectNode detail = detail(TEXT, index);
    if (text != null) {
      detail.put("text", text);
    }
    if (signature != null) {
      detail.put("signature", signature);
    }
    return detail;
  }

  static ObjectNode hidden(int index, @Nullable String id, String data) {
    ObjectNode detail = detail(ENCRYPTED, index).put("data", data);
    if (id != null) {
      detail.put("id", id);
    }
    return detail;
  }

  private static ObjectNode detail(String type, int index) {
    return Nodes.object().put("type", type).put("index", index);
  }
}
