package dev.gimbal.knowledge.engine.parser.wire;

/// Read this file.
///
/// @param file absolute path
/// @param fileName as the client gave it; empty: none
/// @param textCharactersAtMost refuse a document with more text
/// @param pagesAtMost refuse a document with more pages
public record Request(String file, String fileName, int textCharactersAtMost, int pagesAtMost) {}
