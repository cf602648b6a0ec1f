package dev.gimbal.gateway.dialect.gemini;

import dev.gimbal.gateway.dialect.Part;
import dev.gimbal.gateway.dialect.Part.Media.Kind;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Kinds of media, which this dialect tells by MIME types, and where their bytes are.
final class Media {
  private static final Map<String, String> BY_EXTENSION =
      Map.ofEntries(
          Map.entry("png", "image/png"),
          Map.entry("jpg", "image/jpeg"),
          Map.entry("jpeg", "image/jpeg"),
          Map.entry("webp", "image/webp"),
          Map.entry("gif", "image/gif"),
          Map.entry("heic", "image/heic"),
          Map.entry("mp3", "audio/mpeg"),
          Map.entry("wav", "audio/wav"),
          Map.entry("mp4", "video/mp4"),
          Map.entry("webm", "video/webm"),
          Map.entry("mov", "video/quicktime"),
          Map.entry("pdf", "application/pdf"),
          Map.entry("txt", "text/plain"));

  private Media() {}

  static Kind kind(@Nullable String mimeType, String uri) {
    String type = mimeType == null ? typeOf(uri) : mimeType.toLowerCase(Locale.ROOT);
    if (type == null) {
      return isYoutube(uri) ? Kind.VIDEO : Kind.FILE;
    }
    if (type.startsWith("image/")) {
      return Kind.IMAGE;
    }
    if (type.startsWith("audio/")) {
      return Kind.AUDIO;
    }
    return type.startsWith("video/") ? Kind.VIDEO : Kind.FILE;
  }

  private static boolean isYoutube(String uri) {
    return uri.startsWith("https://www.youtube.com/") || uri.startsWith("https://youtu.be/");
  }

  /// The MIME type that a name's end stands for; null if it stands for none.
  static @Nullable String typeOf(String uri) {
    int end = uri.length();
    for (int i = 0; i < uri.length(); i++) {
      if (uri.charAt(i) == '?' || uri.charAt(i) == '#') {
        end = i;
        break;
      }
    }
    int dot = uri.lastIndexOf('.', end - 1);
    return dot < 0 ? null : BY_EXTENSION.get(uri.substring(dot + 1, end).toLowerCase(Locale.ROOT));
  }

  /// Where a `fileUri` points: what only Google can fetch is a file that it keeps.
  static Part.Source source(String uri, @Nullable String mimeType) {
    boolean open = uri.startsWith("https://") || uri.startsWith("http://");
    return open && !uri.startsWith("https://generativelanguage.googleapis.com/")
        ? new Part.Source.Address(uri, mimeType)
        : new Part.Source.Stored(uri);
  }
}
