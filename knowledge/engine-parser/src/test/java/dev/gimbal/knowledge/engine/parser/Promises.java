package dev.gimbal.knowledge.engine.parser;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gimbal.knowledge.api.ParsedDocument;
import dev.gimbal.knowledge.api.ParsedDocument.Block;
import dev.gimbal.knowledge.api.ParsedDocument.Kind;
import java.text.Normalizer;
import java.util.List;

/// What holds for every parsed document, and short ways to its blocks.
final class Promises {
  private Promises() {}

  /// Checks the ranges, the order and the text; gives the document back.
  static ParsedDocument kept(ParsedDocument document) {
    String text = document.text();
    assertThat(Normalizer.isNormalized(text, Normalizer.Form.NFC)).isTrue();
    assertThat(text).doesNotContain("\r").doesNotContain("\u0000");
    assertThat(document.title()).isNotBlank();
    assertThat(document.blocks()).isNotEmpty();
    int[] points = text.codePoints().toArray();
    int end = 0;
    for (Block block : document.blocks()) {
      assertThat(new String(points, end, block.start() - end)).isBlank();
      String words = words(document, block);
      assertThat(words).isNotBlank();
      assertThat(words.strip()).isEqualTo(words.stripTrailing().stripLeading());
      assertThat(block.level() > 0).isEqualTo(block.kind() == Kind.HEADING);
      String section = block.headings().isEmpty() ? null : String.join(" > ", block.headings());
      assertThat(block.locator().section()).isEqualTo(section);
      end = block.end();
    }
    assertThat(new String(points, end, points.length - end)).isBlank();
    return document;
  }

  /// The block's text.
  static String words(ParsedDocument document, Block block) {
    int[] points = document.text().codePoints().toArray();
    return new String(points, block.start(), block.end() - block.start());
  }

  /// `KIND text` of every block.
  static List<String> outline(ParsedDocument document) {
    return document.blocks().stream()
        .map(block -> block.kind() + " " + words(document, block))
        .toList();
  }

  /// The first block that holds the words.
  static Block holding(ParsedDocument document, String words) {
    return document.blocks().stream()
        .filter(block -> words(document, block).contains(words))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no block holds " + words + ": " + document.text()));
  }
}
