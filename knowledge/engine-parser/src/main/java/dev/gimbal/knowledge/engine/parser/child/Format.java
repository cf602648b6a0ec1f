package dev.gimbal.knowledge.engine.parser.child;

/// The formats that are read.
enum Format {
  PDF("pdf"),
  DOCX("docx"),
  PPTX("pptx"),
  XLSX("xlsx"),
  HTML("html"),
  MARKDOWN("md"),
  TEXT("txt"),
  CSV("csv"),
  EML("eml"),
  EPUB("epub");

  private final String label;

  Format(String label) {
    this.label = label;
  }

  /// As it stands in the parsed document.
  String label() {
    return label;
  }
}
