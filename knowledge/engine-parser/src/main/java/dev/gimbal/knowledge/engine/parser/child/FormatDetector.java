package dev.gimbal.knowledge.engine.parser.child;

import dev.gimbal.knowledge.engine.parser.draft.Refusal;
import dev.gimbal.knowledge.engine.parser.pack.SafeZip;
import dev.gimbal.knowledge.engine.parser.text.Charsets;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/// Finds a file's format. Clear bytes beat the name; the name tells kinds of text apart.
final class FormatDetector {
  private static final int PDF_START_WITHIN = 1024;

  /// A directory entry of an OLE container that wraps an encrypted office document.
  private static final byte[] ENCRYPTED_PACKAGE =
      "EncryptedPackage".getBytes(StandardCharsets.UTF_16LE);

  private static final Pattern HTML_START =
      Pattern.compile(
          "^\\s*(?:<\\?xml[^>]*>\\s*)?(?:<!--.{0,2000}?-->\\s*)*<(?:!doctype\\s+html|html)\\b",
          Pattern.DOTALL | Pattern.CASE_INSENSITIVE);
  private static final Pattern MAIL_START =
      Pattern.compile(
          "^(?:[A-Za-z][A-Za-z0-9-]*:.*\\R(?:[ \\t].*\\R)*){0,40}?"
              + "(?:Received|Message-ID|MIME-Version|Return-Path):",
          Pattern.CASE_INSENSITIVE);

  private static final Map<String, String> OTHERS =
      Map.of(
          "89504e47", "a picture",
          "ffd8ff", "a picture",
          "47494638", "a picture",
          "1f8b", "a compressed file",
          "377abcaf", "an archive",
          "52617221", "an archive",
          "7f454c46", "a program",
          "7b5c727466", "RTF; save it as DOCX");

  private FormatDetector() {}

  static Format detect(Path file, byte[] head, String fileName) throws IOException {
    String ascii = Charsets.ascii(head);
    int pdf = ascii.indexOf("%PDF-");
    if (pdf >= 0 && pdf < PDF_START_WITHIN) {
      return Format.PDF;
    }
    if (ascii.startsWith("PK\u0003\u0004") || ascii.startsWith("PK\u0005\u0006")) {
      return zipped(file);
    }
    String hex = HexFormat.of().formatHex(head, 0, Math.min(8, head.length));
    if (hex.startsWith("d0cf11e0")) {
      throw container(file);
    }
    for (Map.Entry<String, String> other : OTHERS.entrySet()) {
      if (hex.startsWith(other.getKey())) {
        throw Refusal.unsupported("the file is " + other.getValue());
      }
    }
    if (!Charsets.textual(head)) {
      throw Refusal.unsupported("the file is of no format that is read");
    }
    return text(Charsets.decode(head), fileName);
  }

  private static Format text(String start, String fileName) {
    return switch (extension(fileName)) {
      case "md", "markdown", "mdx", "mkd" -> Format.MARKDOWN;
      case "html", "htm", "xhtml" -> Format.HTML;
      case "csv", "tsv" -> Format.CSV;
      case "eml" -> Format.EML;
      default -> {
        if (HTML_START.matcher(start).find()) {
          yield Format.HTML;
        }
        yield MAIL_START.matcher(start).find() ? Format.EML : Format.TEXT;
      }
    };
  }

  private static Format zipped(Path file) throws IOException {
    try (SafeZip zip = SafeZip.open(file)) {
      List<String> names = zip.names();
      if (zip.has("META-INF/container.xml")) {
        return Format.EPUB;
      }
      if (zip.has("[Content_Types].xml")) {
        for (Map.Entry<String, Format> kind :
            Map.of("word/", Format.DOCX, "ppt/", Format.PPTX, "xl/", Format.XLSX).entrySet()) {
          if (names.stream().anyMatch(name -> name.startsWith(kind.getKey()))) {
            return kind.getValue();
          }
        }
      }
      if (zip.has("mimetype") && zip.has("content.xml")) {
        throw Refusal.unsupported("OpenDocument is not read; save it as DOCX, PPTX, XLSX or PDF");
      }
    }
    throw Refusal.unsupported("the file is an archive; add its files one by one");
  }

  private static RuntimeException container(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    return Charsets.ascii(bytes).contains(Charsets.ascii(ENCRYPTED_PACKAGE))
        ? Refusal.encrypted()
        : Refusal.unsupported(
            "the file is of an old Office or mail format; save it as DOCX, PPTX, XLSX or EML");
  }

  private static String extension(String fileName) {
    return fileName.substring(fileName.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
  }
}
