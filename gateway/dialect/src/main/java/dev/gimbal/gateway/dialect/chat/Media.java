package dev.gimbal.gateway.dialect.chat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gimbal.gateway.dialect.DialectException;
import dev.gimbal.gateway.dialect.Feature;
import dev.gimbal.gateway.dialect.Part;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Content that is no text.
final class Media {
  private Media() {}

  static Feature feature(Part.Media media) {
    if (media.source() instanceof Part.Source.Stored) {
      return Feature.STORED_FILE;
    }
    boolean inline = media.source() instanceof Part.Source.Inline;
    return switch (media.kind()) {
      case IMAGE -> inline ? Feature.IMAGE_INLINE : Feature.IMAGE_ADDRESS;
      case AUDIO -> Feature.AUDIO;
      case VIDEO -> Feature.VIDEO;
      case FILE -> Feature.FILE;
    };
  }

  /// Null if this dialect has no form for it: audio and files at an address, stored images.
  static @Nullable ObjectNode write(Part.Media media) {
    return switch (media.kind()) {
      case IMAGE -> address("image_url", media);
      case VIDEO -> address("video_url", media);
      case AUDIO -> audio(media.source());
      case FILE -> file(media);
    };
  }

  /// A picture that the model made. The vendor has no place for it in an answer; `images` is where
  /// servers of the dialect put it that have such models.
  ///
  /// @throws DialectException if it is no picture
  static ObjectNode given(Part.Media media) {
    ObjectNode part = media.kind() == Part.Media.Kind.IMAGE ? write(media) : null;
    if (part == null) {
      throw new DialectException(
          "answer", "holds " + media.kind() + ", which cannot be said in this dialect");
    }
    return part;
  }

  private static @Nullable ObjectNode address(String field, Part.Media media) {
    String url = url(media.source());
    if (url == null) {
      return null;
    }
    ObjectNode part = Nodes.object().put("type", field);
    ObjectNode inner = part.putObject(field).put("url", url);
    if (media.detail() != null) {
      inner.put("detail", media.detail());
    }
    return part;
  }

  private static @Nullable String url(Part.Source source) {
    return switch (source) {
      case Part.Source.Inline inline -> "data:" + inline.mimeType() + ";base64," + inline.base64();
      case Part.Source.Address address -> address.url();
      case Part.Source.Stored ignored -> null;
    };
  }

  private static @Nullable ObjectNode audio(Part.Source source) {
    if (!(source instanceof Part.Source.Inline inline)) {
      return null;
    }
    ObjectNode part = Nodes.object().put("type", "input_audio");
    part.putObject("input_audio")
        .put("data", inline.base64())
        .put("format", audioFormat(inline.mimeType()));
    return part;
  }

  static String audioType(String format) {
    return format.equals("mp3") ? "audio/mpeg" : "audio/" + format;
  }

  private static String audioFormat(String mimeType) {
    String type = mimeType.toLowerCase(Locale.ROOT);
    return switch (type) {
      case "audio/mpeg", "audio/mp3" -> "mp3";
      case "audio/wav", "audio/x-wav", "audio/wave", "audio/vnd.wave" -> "wav";
      default -> type.substring(type.indexOf('/') + 1);
    };
  }

  private static @Nullable ObjectNode file(Part.Media media) {
    ObjectNode part = Nodes.object().put("type", "file");
    ObjectNode file = part.putObject("file");
    if (media.name() != null) {
      file.put("filename", media.name());
    }
    switch (media.source()) {
      case Part.Source.Stored stored -> file.put("file_id", stored.id());
      case Part.Source.Inline inline -> file.put("file_data", url(inline));
      case Part.Source.Address ignored -> {
        return null;
      }
    }
    return part;
  }
}
