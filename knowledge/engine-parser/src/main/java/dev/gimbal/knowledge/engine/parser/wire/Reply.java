package dev.gimbal.knowledge.engine.parser.wire;

import dev.gimbal.knowledge.api.KnowledgeError;
import dev.gimbal.knowledge.api.ParsedDocument;

/// What became of a file.
public sealed interface Reply {
  /// Its text.
  record Parsed(ParsedDocument document) implements Reply {}

  /// Why it has none.
  ///
  /// @param reason one sentence for the caller
  record Refused(KnowledgeError error, String reason) implements Reply {}
}
