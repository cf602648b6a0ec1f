package dev.gimbal.knowledge.engine.parser.child;

import dev.gimbal.knowledge.engine.parser.draft.Refusal;
import dev.gimbal.knowledge.engine.parser.text.Charsets;
import java.util.Locale;
import java.util.regex.Pattern;

/// Finds a file's format. Clear bytes beat the name; the name tells kinds of text apart.
final class FormatDetector {
  private static final Pattern HTML_START =
      Pattern.compile(
          "^\\s*(?:<\\?xml[^>]*>\\s*)?(?:<!--.{0,2000}?-->\\s*)*<(?:!doctype\\s+html|html)\\b",
          Pattern.DOTALL | Pattern.CASE_INSENSITIVE);

  private FormatDetector() {}

  static Format detect(byte[] head, String fileName) {
    if (!Charsets.textual(head)) {
      throw Refusal.unsupported("the file is of no format that is read");
    }
    String start = Charsets.decode(head);
    return switch (extension(fileName)) {
      case "md", "markdown", "mdx", "mkd" -> Format.MARKDOWN;
      case "html", "htm", "xhtml" -> Format.HTML;
      default -> HTML_START.matcher(start).find() ? Format.HTML : Format.TEXT;
    };
  }

  private static String extension(String fileName) {
    return fileName.substring(fileName.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
  }
}
