package dev.gimbal.knowledge.core.chunking;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gimbal.knowledge.api.Locator;
import dev.gimbal.knowledge.api.ParsedDocument;
import dev.gimbal.knowledge.api.ParsedDocument.Block;
import dev.gimbal.knowledge.api.ParsedDocument.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class StructureChunkerTest {
  private final Draft draft = new Draft();

  @Test
  void shouldNotCrossASectionAndCarryTitleAndHeadings() {
    draft.heading(1, "Travel").paragraph("Intro.").heading(2, "Air").paragraph("Book early.");

    List<Chunk> chunks = chunk(200, 510);

    assertThat(chunks)
        .extracting(Chunk::text)
        .containsExactly("Travel\n\nIntro.", "Air\n\nBook early.");
    assertThat(chunks)
        .extracting(Chunk::context)
        .as("without the heading that the text shows")
        .containsExactly("Handbook", "Handbook > Travel");
  }

  @Test
  void shouldMakeNoChunkOfAHeadingThatOnlyLeadsDeeper() {
    draft.heading(1, "Travel").heading(2, "Air").paragraph("Book early.").heading(1, "End");

    assertThat(chunk(200, 510))
        .extracting(Chunk::text)
        .containsExactly("Air\n\nBook early.", "End");
  }

  @Test
  void shouldMergeShortParagraphsAndKeepALongOneWhole() {
    draft.paragraph(words(30)).paragraph(words(30)).paragraph(words(300)).paragraph(words(30));
    draft.heading(1, "End");

    List<Chunk> chunks = chunk(100, 510);

    assertThat(chunks).hasSize(4);
    assertThat(chunks.getFirst().text()).contains("\n\n");
    assertThat(chunks.get(1).text()).isEqualTo(words(300));
  }

  @Test
  void shouldLeaveADocumentThatFitsInOneChunk() {
    draft.paragraph(words(150)).paragraph(words(150)).paragraph(words(150));

    assertThat(chunk(100, 510)).hasSize(1);
  }

  @Test
  void shouldKeepATableWholeWhenItFitsAndCutItByRowsWithTheHeaderInContextWhenNot() {
    StringBuilder table = new StringBuilder("| Name | Role |\n|---|---|");
    for (int row = 0; row < 100; row++) {
      table.append("\n| person ").append(row).append(" | keeper of keys |");
    }
    draft.table("| a | b |\n|---|---|\n| 1 | 2 |").heading(1, "People").table(table.toString());

    List<Chunk> chunks = chunk(150, 200);

    assertThat(chunks.getFirst().text()).isEqualTo("| a | b |\n|---|---|\n| 1 | 2 |");
    List<Chunk> parts = chunks.stream().filter(chunk -> chunk.text().contains("person")).toList();
    assertThat(parts).hasSizeGreaterThan(5);
    assertThat(parts.subList(1, parts.size()))
        .allSatisfy(
            part -> {
              assertThat(part.context()).endsWith("\n| Name | Role |");
              assertThat(part.text()).startsWith("| person").endsWith("|").doesNotContain("Name");
            });
    assertThat(parts.get(1).locator().line()).isGreaterThan(10);
  }

  @Test
  void shouldKeepCodeWholeWhenItFitsAndCutItAtLinesWhenNot() {
    String small = "```\nmake all\n\nmake test\n```";
    String large = "```\n" + "call(one). Then two three;\n".repeat(80) + "```";
    draft.paragraph(words(140)).code(small).heading(1, "Long").code(large);

    List<Chunk> chunks = chunk(150, 200);

    assertThat(chunks).anySatisfy(chunk -> assertThat(chunk.text()).contains(small));
    List<Chunk> parts = chunks.stream().filter(chunk -> chunk.text().contains("call(")).toList();
    assertThat(parts).hasSizeGreaterThan(3);
    assertThat(parts.subList(1, parts.size()))
        .allSatisfy(part -> assertThat(part.text()).startsWith("call(one"));
  }

  @Test
  void shouldCutALongParagraphBehindSentences() {
    draft.paragraph("This sentence has about ten tokens in it, I think. ".repeat(100).strip());

    assertThat(chunk(100, 200))
        .hasSizeGreaterThan(5)
        .allSatisfy(chunk -> assertThat(chunk.text()).startsWith("This").endsWith("think."));
  }

  @Test
  void shouldSayTheLanguageOfEachChunk() {
    draft.heading(1, "English").paragraph("The price is high.").heading(1, "中文").paragraph("价格很高。");

    assertThat(chunk(200, 510)).extracting(Chunk::language).containsExactly("en", "zh");
  }

  @Test
  void shouldCoverTheTextExactlyWithoutOverlapAndFitTheModelWhateverTheDocument() {
    Random random = new Random(11);
    for (int round = 0; round < 150; round++) {
      Draft any = Draft.random(random);
      int most = 64 + random.nextInt(500);
      int target = 32 + random.nextInt(most - 32);
      ParsedDocument document = any.document();
      int[] codePoints = document.text().codePoints().toArray();
      boolean[] covered = new boolean[codePoints.length];

      List<Chunk> chunks = new StructureChunker(new ChunkingConfig(target, most)).chunk(document);

      int last = 0;
      for (Chunk chunk : chunks) {
        assertThat(chunk.start()).isGreaterThanOrEqualTo(last);
        last = chunk.end();
        assertThat(chunk.text())
            .isEqualTo(new String(codePoints, chunk.start(), chunk.end() - chunk.start()));
        assertThat(WordPieces.estimate(chunk.embedded())).isLessThanOrEqualTo(most);
        for (int at = chunk.start(); at < chunk.end(); at++) {
          covered[at] = true;
        }
      }
      assertThat(missing(document, covered, chunks)).isEmpty();
    }
  }

  /// Text that no chunk holds, nor, for a heading, a context.
  private static List<String> missing(
      ParsedDocument document, boolean[] covered, List<Chunk> chunks) {
    List<String> missing = new ArrayList<>();
    int[] codePoints = document.text().codePoints().toArray();
    for (Block block : document.blocks()) {
      for (int at = block.start(); at < block.end(); at++) {
        String text = new String(codePoints, block.start(), block.end() - block.start());
        boolean carried =
            block.kind() == Kind.HEADING
                && chunks.stream().anyMatch(chunk -> chunk.context().contains(text.strip()));
        if (!covered[at] && !Character.isWhitespace(codePoints[at]) && !carried) {
          missing.add(text);
        }
      }
    }
    return missing;
  }

  private List<Chunk> chunk(int target, int most) {
    return new StructureChunker(new ChunkingConfig(target, most)).chunk(draft.document());
  }

  private static String words(int count) {
    return "word ".repeat(count).strip();
  }

  /// A document in the making, blocks parted by empty lines.
  private static final class Draft {
    private final StringBuilder text = new StringBuilder();
    private final List<Block> blocks = new ArrayList<>();
    private final List<String> path = new ArrayList<>();

    Draft heading(int level, String heading) {
      while (path.size() >= level) {
        path.removeLast();
      }
      add(Kind.HEADING, level, heading);
      path.add(heading);
      return this;
    }

    Draft paragraph(String paragraph) {
      return add(Kind.PARAGRAPH, 0, paragraph);
    }

    Draft table(String table) {
      return add(Kind.TABLE, 0, table);
    }

    Draft code(String code) {
      return add(Kind.CODE, 0, code);
    }

    private Draft add(Kind kind, int level, String block) {
      text.append(text.isEmpty() ? "" : "\n\n");
      int start = text.codePointCount(0, text.length());
      int line = 1 + (int) text.chars().filter(c -> c == '\n').count();
      text.append(block);
      int end = text.codePointCount(0, text.length());
      Locator locator = new Locator(null, null, null, null, String.join(" > ", path), line);
      blocks.add(new Block(kind, start, end, level, List.copyOf(path), locator));
      return this;
    }

    ParsedDocument document() {
      return new ParsedDocument("md", "Handbook", text.toString(), blocks, Map.of());
    }

    static Draft random(Random random) {
      Draft draft = new Draft();
      for (int block = random.nextInt(12); block > 0; block--) {
        String text = text(random, 1 + random.nextInt(120));
        switch (random.nextInt(5)) {
          case 0 ->
              draft.heading(
                  Math.min(1 + random.nextInt(3), draft.path.size() + 1),
                  "Heading " + draft.blocks.size());
          case 1 -> draft.table("| a | b |\n|---|---|\n| " + text.replace(". ", " |\n| ") + " |");
          case 2 -> draft.add(Kind.CODE, 0, text.replace(". ", ";\n"));
          case 3 -> draft.add(Kind.LIST_ITEM, 0, text);
          default -> draft.paragraph(text);
        }
      }
      return draft;
    }

    private static String text(Random random, int words) {
      List<String> vocabulary =
          List.of("gimbal", "a", "internationalisation", "中文字符串", "🙂", "2026-11-22", "end. ", "、");
      StringBuilder text = new StringBuilder("x");
      for (int word = 0; word < words; word++) {
        text.append(random.nextInt(6) == 0 ? "" : " ");
        text.append(vocabulary.get(random.nextInt(vocabulary.size())));
      }
      return text.toString();
    }
  }
}
