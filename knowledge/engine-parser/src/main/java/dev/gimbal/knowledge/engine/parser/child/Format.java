package dev.gimbal.knowledge.engine.parser.child;

/// The formats that are read.
enum Format {
  HTML("html"),
  MARKDOWN("md"),
  TEXT("txt");

  private final String label;

  Format(String label) {
    this.label = label;
  }

  /// As it stands in the parsed document.
  String label() {
    return label;
  }
}
