package dev.gimbal.knowledge.core;

import dev.gimbal.knowledge.api.ParsedDocument;
import dev.gimbal.knowledge.core.chunking.Chunk;
import dev.gimbal.knowledge.core.chunking.Chunker;
import dev.gimbal.platform.text.CodePoints;
import dev.gimbal.platform.text.Languages;
import java.util.ArrayList;
import java.util.List;

/// One chunk a paragraph.
final class ParagraphChunker implements Chunker {
  @Override
  public List<Chunk> chunk(ParsedDocument document) {
    CodePoints points = CodePoints.of(document.text());
    List<Chunk> chunks = new ArrayList<>();
    for (ParsedDocument.Block block : document.blocks()) {
      if (block.kind() != ParsedDocument.Kind.HEADING) {
        String text = points.substring(block.start(), block.end());
        chunks.add(
            new Chunk(
                chunks.size(),
                block.start(),
                block.end(),
                text,
                document.title() + String.join(" > ", block.headings()),
                Languages.of(text),
                block.locator()));
      }
    }
    return chunks;
  }
}
