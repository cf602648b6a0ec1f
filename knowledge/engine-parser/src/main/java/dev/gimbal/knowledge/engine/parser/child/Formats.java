package dev.gimbal.knowledge.engine.parser.child;

import dev.gimbal.knowledge.api.ParsedDocument;
import dev.gimbal.knowledge.engine.parser.draft.Draft;
import dev.gimbal.knowledge.engine.parser.draft.Refusal;
import dev.gimbal.knowledge.engine.parser.text.Charsets;
import dev.gimbal.knowledge.engine.parser.text.Markdown;
import dev.gimbal.knowledge.engine.parser.text.PlainText;
import dev.gimbal.knowledge.engine.parser.web.Html;
import dev.gimbal.knowledge.engine.parser.wire.Request;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/// Reads a file in the format that its bytes show, or, where they leave it open, its name.
final class Formats {
  private static final int HEAD = 64 << 10;

  private Formats() {}

  static ParsedDocument read(Request request) throws IOException {
    Path file = Path.of(request.file());
    byte[] head;
    try (InputStream in = Files.newInputStream(file)) {
      head = in.readNBytes(HEAD);
    }
    Format format = FormatDetector.detect(head, request.fileName());
    Draft draft = new Draft(request.textCharactersAtMost());
    switch (format) {
      case HTML -> Html.read(bytes(file, request), draft);
      case MARKDOWN -> Markdown.read(Charsets.decode(bytes(file, request)), draft);
      case TEXT -> PlainText.read(Charsets.decode(bytes(file, request)), draft);
    }
    return draft.finish(format.label(), request.fileName());
  }

  private static byte[] bytes(Path file, Request request) throws IOException {
    long most = 4L * request.textCharactersAtMost();
    if (Files.size(file) > most) {
      throw Refusal.tooLong("the text has more than %d bytes".formatted(most));
    }
    return Files.readAllBytes(file);
  }
}
