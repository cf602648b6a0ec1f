package dev.gimbal.knowledge.engine.parser;

import static dev.gimbal.knowledge.engine.parser.ParserFixture.parse;
import static dev.gimbal.knowledge.engine.parser.ParserFixture.refuses;
import static dev.gimbal.knowledge.engine.parser.Promises.holding;
import static dev.gimbal.knowledge.engine.parser.Promises.outline;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gimbal.knowledge.api.KnowledgeError;
import dev.gimbal.knowledge.api.ParsedDocument;
import dev.gimbal.knowledge.api.ParsedDocument.Kind;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TextFormatsTest {
  private static final String MARKDOWN =
      """
      ---
      title: "Leave \ud83c\udf34 policy"
      ---

      # Leave

      Everybody has **30 days**.
      More on request.

      ## Sick leave

      - Tell your lead
        - by phone
      - Rest

      | Days | Note |
      | ---- | ---- |
      | 3 | none |

      ```java
      # not a heading
      int a;

      int b;
      ```

      > quoted
      > words

      ***

      The end.
      """;

  @Test
  void shouldKeepMarkdownAsItIsAndMarkItsBlocks() {
    ParsedDocument document = parse("leave.md", MARKDOWN);

    assertThat(document.format()).isEqualTo("md");
    assertThat(document.title()).isEqualTo("Leave \ud83c\udf34 policy");
    assertThat(document.text()).isEqualTo(MARKDOWN);
    assertThat(outline(document))
        .containsExactly(
            "PARAGRAPH ---\ntitle: \"Leave \ud83c\udf34 policy\"\n---",
            "HEADING # Leave",
            "PARAGRAPH Everybody has **30 days**.\nMore on request.",
            "HEADING ## Sick leave",
            "LIST_ITEM - Tell your lead",
            "LIST_ITEM - by phone",
            "LIST_ITEM - Rest",
            "TABLE | Days | Note |\n| ---- | ---- |\n| 3 | none |",
            "CODE ```java\n# not a heading\nint a;\n\nint b;\n```",
            "PARAGRAPH > quoted\n> words\n\n***",
            "PARAGRAPH The end.");
    assertThat(holding(document, "by phone").headings()).containsExactly("Leave", "Sick leave");
    assertThat(holding(document, "Everybody").locator().line()).isEqualTo(7);
    assertThat(holding(document, "The end").locator().section()).isEqualTo("Leave > Sick leave");
  }

  @Test
  void shouldSplitTextAtBlankLines() {
    ParsedDocument document = parse("note.txt", "one\r\ntwo\r\n\r\n \r\nthree");

    assertThat(outline(document)).containsExactly("PARAGRAPH one\ntwo", "PARAGRAPH three");
    assertThat(document.blocks().getLast().locator().line()).isEqualTo(5);
    assertThat(document.title()).isEqualTo("note");
  }

  @ParameterizedTest
  @CsvSource({
    "UTF-8,Grüße — 你好", "UTF-16LE,Grüße 你好 and so on", "UTF-16BE,Grüße 你好 and so on",
    "UTF-16,Grüße", "GB18030,人工智能的发展非常迅速，今天我们讨论它", "windows-1252,Élan à côté – “naïve”"
  })
  void shouldFindTheEncodingOfText(String charset, String words) {
    assertThat(parse("a.txt", words.getBytes(Charset.forName(charset))).text()).isEqualTo(words);
  }

  @Test
  void shouldReplaceTheFewWrongBytesOfUtf8() {
    byte[] bytes = "ab 中文字符很多很多很多很多 cd".getBytes(StandardCharsets.UTF_8);
    bytes[1] = (byte) 0xff;

    assertThat(parse("a.txt", bytes).text()).isEqualTo("a\ufffd 中文字符很多很多很多很多 cd");
  }

  @Test
  void shouldReplaceAWrongByteOfAShortChineseText() {
    byte[] bytes = "年假十五天 a".getBytes(StandardCharsets.UTF_8);
    bytes[bytes.length - 1] = (byte) 0xff;

    assertThat(parse("a.txt", bytes).text()).isEqualTo("年假十五天 \ufffd");
  }

  @Test
  void shouldComposeCharacters() {
    assertThat(parse("a.txt", "cafe\u0301\u0007").text()).isEqualTo("caf\u00e9");
  }

  @Test
  void shouldKeepTheContentOfAPageAndNotWhatSurroundsIt() {
    ParsedDocument document =
        parse(
            "page.html",
            """
            <!doctype html><html lang=en><head><title>My page</title><style>p{}</style></head><body>
            <nav><a href=/>Home</a></nav><h1>Top</h1><p>First <b>bold</b> words.<br>Next line.</p>
            <script>steal()</script><div hidden>secret</div>
            <ol><li>One<ul><li>Inner</li></ul></li><li>Two</li></ol>
            <table><tr><th>A</th><th>B</th></tr><tr><td rowspan=2>1|x</td><td>2</td></tr>
            <tr><td>3</td></tr></table>
            <pre>  code
              here</pre><footer>Imprint</footer></body></html>
            """);

    assertThat(document.title()).isEqualTo("My page");
    assertThat(outline(document))
        .containsExactly(
            "HEADING Top",
            "PARAGRAPH First bold words.\nNext line.",
            "LIST_ITEM 1. One",
            "LIST_ITEM - Inner",
            "LIST_ITEM 2. Two",
            "TABLE | A | B |\n| - | - |\n| 1\\|x | 2 |\n| 1\\|x | 3 |",
            "CODE   code\n  here");
  }

  @Test
  void shouldReadAPageWhoseNameSaysText() {
    assertThat(parse("page.txt", "<!DOCTYPE html><html><body><p>words</body>").format())
        .isEqualTo("html");
  }

  @Test
  void shouldUseTheEncodingThatAPageDeclares() {
    byte[] page = "<html><meta charset=gbk><p>人工智能的发展</p>".getBytes(Charset.forName("GBK"));

    assertThat(parse("a.html", page).text()).isEqualTo("人工智能的发展");
  }

  @Test
  void shouldNotBreakOnElementsNestedWithoutEnd() {
    String page = "<html><body>" + "<div>".repeat(20_000) + "deep";

    assertThat(holding(parse("a.html", page), "deep").kind()).isEqualTo(Kind.PARAGRAPH);
  }

  @Test
  void shouldRefuseWhatHoldsNothingOrIsNoText() {
    refuses(KnowledgeError.DOCUMENT_EMPTY, "a.txt", new byte[0]);
    refuses(KnowledgeError.DOCUMENT_EMPTY, "a.txt", "  \n".getBytes(StandardCharsets.UTF_8));
    refuses(KnowledgeError.FORMAT_UNSUPPORTED, "a.txt", new byte[] {1, 2, 0, 3, 4, 5, 6, 0, 7});
    byte[] numbers = new byte[2_000];
    for (int at = 0; at < numbers.length; at += 2) {
      numbers[at] = (byte) (1 + at / 2 % 30);
    }
    refuses(KnowledgeError.FORMAT_UNSUPPORTED, "numbers.bin", numbers);
    refuses(KnowledgeError.FORMAT_UNSUPPORTED, "few.bin", new byte[] {0, 1, 2});
  }
}
