package dev.gimbal.knowledge.engine.parser.child;

import dev.gimbal.knowledge.api.KnowledgeException;
import dev.gimbal.knowledge.api.ParsedDocument;
import dev.gimbal.knowledge.engine.parser.draft.Draft;
import dev.gimbal.knowledge.engine.parser.draft.Refusal;
import dev.gimbal.knowledge.engine.parser.mail.Eml;
import dev.gimbal.knowledge.engine.parser.office.Docx;
import dev.gimbal.knowledge.engine.parser.office.Pptx;
import dev.gimbal.knowledge.engine.parser.office.Xlsx;
import dev.gimbal.knowledge.engine.parser.pack.SafeZip;
import dev.gimbal.knowledge.engine.parser.pdf.PdfReader;
import dev.gimbal.knowledge.engine.parser.text.Charsets;
import dev.gimbal.knowledge.engine.parser.text.Csv;
import dev.gimbal.knowledge.engine.parser.text.Markdown;
import dev.gimbal.knowledge.engine.parser.text.PlainText;
import dev.gimbal.knowledge.engine.parser.web.Epub;
import dev.gimbal.knowledge.engine.parser.web.Html;
import dev.gimbal.knowledge.engine.parser.wire.Request;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/// Reads a file in the format that its bytes show, or, where they leave it open, its name.
final class Formats {
  private static final int HEAD = 64 << 10;

  private final Request request;

  private Formats(Request request) {
    this.request = request;
  }

  static ParsedDocument read(Request request) throws IOException {
    Draft draft = new Draft(request.textCharactersAtMost());
    Format format =
        new Formats(request).read(Path.of(request.file()), request.fileName(), draft, true);
    return draft.finish(format.label(), request.fileName());
  }

  private Format read(Path file, String fileName, Draft draft, boolean outermost)
      throws IOException {
    byte[] head;
    try (InputStream in = Files.newInputStream(file)) {
      head = in.readNBytes(HEAD);
    }
    Format format = FormatDetector.detect(file, head, fileName);
    if (format == Format.EML && !outermost) {
      throw Refusal.unsupported("a mail attached to a mail");
    }
    try {
      read(format, file, draft);
    } catch (KnowledgeException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      throw Refusal.unreadable(Damage.of(format, e), e);
    }
    return format;
  }

  private void read(Format format, Path file, Draft draft) throws IOException {
    switch (format) {
      case PDF -> PdfReader.read(file, request.pagesAtMost(), draft);
      case DOCX, PPTX, XLSX, EPUB -> packed(format, file, draft);
      case HTML -> Html.read(bytes(file), draft);
      case MARKDOWN -> Markdown.read(Charsets.decode(bytes(file)), draft);
      case TEXT -> PlainText.read(Charsets.decode(bytes(file)), draft);
      case CSV -> Csv.read(Charsets.decode(bytes(file)), draft);
      case EML -> mail(file, draft);
    }
  }

  private void packed(Format format, Path file, Draft draft) throws IOException {
    try (SafeZip zip = SafeZip.open(file)) {
      switch (format) {
        case DOCX -> Docx.read(zip, draft);
        case PPTX -> Pptx.read(zip, request.pagesAtMost(), draft);
        case XLSX -> Xlsx.read(zip, request.pagesAtMost(), draft);
        case EPUB -> Epub.read(zip, draft);
        case PDF, HTML, MARKDOWN, TEXT, CSV, EML ->
            throw new IllegalArgumentException(format + " is not packed");
      }
    }
  }

  private void mail(Path file, Draft draft) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      Eml.read(in, this::attachment, draft);
    }
  }

  /// An attachment that cannot be read does not spoil the mail.
  private boolean attachment(String fileName, byte[] content, Draft draft) throws IOException {
    Path file = Files.createTempFile("attachment", "");
    try {
      Files.write(file, content);
      read(file, fileName, draft, false);
      return true;
    } catch (KnowledgeException e) {
      return false;
    } finally {
      Files.deleteIfExists(file);
    }
  }

  private byte[] bytes(Path file) throws IOException {
    long most = 4L * request.textCharactersAtMost();
    if (Files.size(file) > most) {
      throw Refusal.tooLong("the text has more than %d bytes".formatted(most));
    }
    return Files.readAllBytes(file);
  }
}
