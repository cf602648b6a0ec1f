package dev.gimbal.gateway.dialect.responses;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gimbal.gateway.dialect.Feature;
import dev.gimbal.gateway.dialect.Losses;
import dev.gimbal.gateway.dialect.Part;
import org.jspecify.annotations.Nullable;

/// Writes what a user or a tool shows the model.
final class ContentWriter {
  private static final String IMAGE = "image_url";

  private final Losses losses;

  ContentWriter(Losses losses) {
    this.losses = losses;
  }

  ObjectNode text(Part.Text text) {
    mark(text);
    return Nodes.typed("input_text").put("text", text.text());
  }

  /// The part; null if this dialect cannot say it.
  @Nullable ObjectNode media(Part.Media media) {
    mark(media);
    boolean inline = media.source() instanceof Part.Source.Inline;
    if (media.name() != null && !(inline && media.kind() == Part.Media.Kind.FILE)) {
      losses.harmless(Feature.FILE_NAME);
    }
    return switch (media.kind()) {
      case IMAGE -> image(media);
      case FILE -> file(media);
      case AUDIO -> lost(Feature.AUDIO);
      case VIDEO -> lost(Feature.VIDEO);
    };
  }

  /// A mark for a cache has no place here.
  void mark(Part part) {
    if (part.cache() != null) {
      losses.harmless(Feature.CACHE_MARK);
    }
  }

  private @Nullable ObjectNode lost(Feature feature) {
    losses.harmful(feature);
    return null;
  }

  private static ObjectNode image(Part.Media media) {
    ObjectNode node = Nodes.typed("input_image");
    switch (media.source()) {
      case Part.Source.Inline inline -> node.put(IMAGE, address(inline));
      case Part.Source.Address address -> node.put(IMAGE, address.url());
      case Part.Source.Stored stored -> node.put("file_id", stored.id());
    }
    Nodes.put(node, "detail", media.detail());
    return node;
  }

  private static ObjectNode file(Part.Media media) {
    ObjectNode node = Nodes.typed("input_file");
    switch (media.source()) {
      case Part.Source.Inline inline ->
          node.put("filename", name(media, inline)).put("file_data", address(inline));
      case Part.Source.Address address -> node.put("file_url", address.url());
      case Part.Source.Stored stored -> node.put("file_id", stored.id());
    }
    Nodes.put(node, "detail", media.detail());
    return node;
  }

  /// The vendor asks for a name beside the bytes of a file.
  private static String name(Part.Media media, Part.Source.Inline inline) {
    if (media.name() != null) {
      return media.name();
    }
    return "application/pdf".equals(inline.mimeType()) ? "file.pdf" : "file";
  }

  private static String address(Part.Source.Inline inline) {
    return "data:" + inline.mimeType() + ";base64," + inline.base64();
  }
}
