package dev.gimbal.knowledge.api;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Turns the bytes of a document into text with its structure. Runs where a bad file can hurt
/// nothing
/// else. Blocks; thread-safe; bounded in how many files it works on at once.
public interface DocumentParser extends AutoCloseable {

  /// Parses a file.
  ///
  /// @param file read only; its name says nothing
  /// @param fileName as the client gave it: a hint for the format and the title; null: none
  /// @throws KnowledgeException [KnowledgeError#DOCUMENT_UNREADABLE] and its kin, with the reason:
  ///     the
  ///     file is empty, encrypted, damaged, of an unknown format, a bomb, too long, took too long
  ParsedDocument parse(Path file, @Nullable String fileName);

  /// Name and version of what extracts, stored with each version of a document.
  String version();

  @Override
  void close();
}
