package dev.gimbal.knowledge.engine.parser.child;

import java.io.EOFException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Says for people what is wrong with a file that its reader gave up on. Readers name classes,
/// offsets and their own states, which help nobody who only has the file. Pure.
final class Damage {
  private static final String[] CUT = {
    "unexpected end", "end of file", "end-of-file", "premature", "truncated", "unexpectedly ended"
  };

  private Damage() {}

  /// @param format null if it is not known
  static String of(@Nullable Format format, Exception cause) {
    String file = format == null ? "the file" : "the " + name(format) + " file";
    for (Throwable each = cause; each != null; each = each.getCause()) {
      if (each instanceof NoSuchFileException || each instanceof AccessDeniedException) {
        return "the file cannot be opened";
      }
      if (each instanceof EOFException || saysCut(each)) {
        return file + " is damaged: it ends too early, as after an upload that broke off";
      }
    }
    return file + " is damaged: its structure cannot be read; try to open and save it anew";
  }

  private static boolean saysCut(Throwable cause) {
    String message = String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
    for (String sign : CUT) {
      if (message.contains(sign)) {
        return true;
      }
    }
    return false;
  }

  private static String name(Format format) {
    return switch (format) {
      case PDF -> "PDF";
      case DOCX -> "Word";
      case PPTX -> "PowerPoint";
      case XLSX -> "Excel";
      case HTML -> "HTML";
      case MARKDOWN -> "Markdown";
      case TEXT -> "text";
      case CSV -> "CSV";
      case EML -> "mail";
      case EPUB -> "EPUB";
    };
  }
}
