package dev.gimbal.knowledge.core;

import dev.gimbal.knowledge.api.DocumentParser;
import dev.gimbal.knowledge.api.KnowledgeError;
import dev.gimbal.knowledge.api.KnowledgeException;
import dev.gimbal.knowledge.api.Locator;
import dev.gimbal.knowledge.api.ParsedDocument;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// Reads text in paragraphs, in this process; a line that begins with `#` is a heading. A file that
/// begins with `BROKEN` cannot be read.
final class PlainParser implements DocumentParser {
  final AtomicInteger parsed = new AtomicInteger();

  @Override
  public ParsedDocument parse(Path file, @Nullable String fileName) {
    parsed.incrementAndGet();
    String text;
    try {
      text = Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (text.startsWith("BROKEN")) {
      throw new KnowledgeException(KnowledgeError.DOCUMENT_UNREADABLE, "the file is damaged");
    }
    List<ParsedDocument.Block> blocks = new ArrayList<>();
    List<String> headings = List.of();
    int at = 0;
    for (String paragraph : text.split("(?<=\n\n)", -1)) {
      String body = paragraph.stripTrailing();
      int start = text.codePointCount(0, at);
      int end = start + body.codePointCount(0, body.length());
      boolean heading = body.startsWith("#");
      if (!body.isEmpty()) {
        blocks.add(
            new ParsedDocument.Block(
                heading ? ParsedDocument.Kind.HEADING : ParsedDocument.Kind.PARAGRAPH,
                start,
                end,
                heading ? 1 : 0,
                headings,
                Locator.NONE));
      }
      headings = heading ? List.of(body.substring(1).strip()) : headings;
      at += paragraph.length();
    }
    return new ParsedDocument("txt", fileName == null ? "" : fileName, text, blocks, Map.of());
  }

  @Override
  public String version() {
    return "plain-1";
  }

  @Override
  public void close() {}
}
