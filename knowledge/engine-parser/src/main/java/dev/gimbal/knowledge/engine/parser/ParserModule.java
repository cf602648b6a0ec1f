package dev.gimbal.knowledge.engine.parser;

import dev.gimbal.knowledge.api.DocumentParser;

/// The engine's only door for wiring.
public final class ParserModule {
  private ParserModule() {}

  /// A parser whose child processes start when first needed; close it to end them.
  public static DocumentParser create(ParserConfig config) {
    return ChildParser.create(config);
  }
}
