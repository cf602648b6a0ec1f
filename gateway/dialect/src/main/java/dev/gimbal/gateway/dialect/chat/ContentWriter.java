package dev.gimbal.gateway.dialect.chat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gimbal.gateway.dialect.Feature;
import dev.gimbal.gateway.dialect.Losses;
import dev.gimbal.gateway.dialect.Part;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Writes `content`: bare text where that says it all, otherwise a list of parts.
final class ContentWriter {
  private final ChatTarget target;
  private final Losses losses;

  ContentWriter(ChatTarget target, Losses losses) {
    this.target = target;
    this.losses = losses;
  }

  /// @param parts text and media; others have their own fields
  JsonNode write(List<Part> parts) {
    if (parts.isEmpty()) {
      return JsonNodeFactory.instance.textNode("");
    }
    ArrayNode list = JsonNodeFactory.instance.arrayNode();
    for (Part part : parts) {
      ObjectNode written = part(part);
      if (written != null) {
        mark(part.cache(), written, target, losses);
        list.add(written);
      }
    }
    boolean bare = list.size() == 1 && parts.size() == 1 && list.get(0).size() == 2;
    return bare && parts.getFirst() instanceof Part.Text text
        ? JsonNodeFactory.instance.textNode(text.text())
        : list;
  }

  private @Nullable ObjectNode part(Part part) {
    return switch (part) {
      case Part.Text text -> text(text.text());
      case Part.Media media -> media(media);
      case Part.Refusal refusal -> text(refusal.text());
      // a part that no dialect reads into such a turn
      case Part.ToolCall ignored -> lost(Feature.TOOLS);
      case Part.ToolResult ignored -> lost(Feature.TOOLS);
      case Part.Thinking ignored -> lost(Feature.REASONING_REPLAY);
      case Part.HiddenThinking ignored -> lost(Feature.REASONING_REPLAY);
    };
  }

  private static ObjectNode text(String text) {
    return Nodes.object().put("type", "text").put("text", text);
  }

  private @Nullable ObjectNode media(Part.Media media) {
    Feature feature = Media.feature(media);
    boolean extension = ChatTarget.KNOWN.contains(feature);
    ObjectNode written = extension && !target.knows(feature) ? null : Media.write(media);
    if (written == null) {
      return lost(feature);
    }
    boolean file = media.kind() == Part.Media.Kind.FILE;
    if (media.name() != null && !file) {
      losses.harmless(Feature.FILE_NAME);
    }
    if (media.closely() && (file || media.kind() == Part.Media.Kind.AUDIO)) {
      losses.harmless(Feature.MEDIA_DETAIL);
    }
    return written;
  }

  private @Nullable ObjectNode lost(Feature feature) {
    losses.harmful(feature);
    return null;
  }

  static void mark(Part.@Nullable CacheMark mark, ObjectNode to, ChatTarget target, Losses losses) {
    if (mark == null) {
      return;
    }
    if (!target.knows(Feature.CACHE_MARK)) {
      losses.harmless(Feature.CACHE_MARK);
      return;
    }
    ObjectNode control = to.putObject("cache_control").put("type", "ephemeral");
    if (mark.lifetime() != null) {
      control.put("ttl", mark.lifetime());
    }
  }
}
