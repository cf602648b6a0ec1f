package dev.gimbal.knowledge.core.chunking;

import dev.gimbal.knowledge.api.ParsedDocument;
import java.util.List;

/// Cuts a document into chunks along its structure. Pure.
public interface Chunker {

  /// The chunks in order of the text; none overlaps another; none crosses a section.
  List<Chunk> chunk(ParsedDocument document);
}
