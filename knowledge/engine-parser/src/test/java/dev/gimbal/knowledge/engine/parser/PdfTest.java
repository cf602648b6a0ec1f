package dev.gimbal.knowledge.engine.parser;

import static dev.gimbal.knowledge.engine.parser.ParserFixture.parse;
import static dev.gimbal.knowledge.engine.parser.ParserFixture.refuses;
import static dev.gimbal.knowledge.engine.parser.Promises.holding;
import static dev.gimbal.knowledge.engine.parser.Promises.outline;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gimbal.knowledge.api.KnowledgeError;
import dev.gimbal.knowledge.api.ParsedDocument;
import dev.gimbal.knowledge.api.ParsedDocument.Kind;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.PDPageContentStream;
import org.apache.pdfbox.pdmodel.encryption.AccessPermission;
import org.apache.pdfbox.pdmodel.encryption.StandardProtectionPolicy;
import org.apache.pdfbox.pdmodel.font.PDFont;
import org.apache.pdfbox.pdmodel.font.PDType1Font;
import org.apache.pdfbox.pdmodel.font.Standard14Fonts;
import org.junit.jupiter.api.Test;

final class PdfTest {
  private static final PDFont PLAIN = new PDType1Font(Standard14Fonts.FontName.HELVETICA);
  private static final PDFont BOLD = new PDType1Font(Standard14Fonts.FontName.HELVETICA_BOLD);

  @Test
  void shouldReadTheLeftColumnBeforeTheRightOne() throws IOException {
    byte[] file =
        pdf(
            1,
            (content, page) -> {
              text(content, PLAIN, 18, 80, 740, "One title over both columns of the page");
              for (int i = 0; i < 12; i++) {
                text(content, PLAIN, 10, 50, 700 - 13 * i, "left column of the text line " + i);
                text(content, PLAIN, 10, 320, 700 - 13 * i, "right column of the text line " + i);
              }
            });

    ParsedDocument document = parse("two.pdf", file);

    assertThat(document.blocks().getFirst().kind()).isEqualTo(Kind.HEADING);
    assertThat(document.title()).isEqualTo("One title over both columns of the page");
    String text = document.text();
    assertThat(text.indexOf("left column of the text line 11"))
        .isLessThan(text.indexOf("right column of the text line 0"));
  }

  @Test
  void shouldFindATableByItsRules() throws IOException {
    byte[] file =
        pdf(
            1,
            (content, page) -> {
              text(content, PLAIN, 10, 50, 720, "Before the table.");
              for (int i = 0; i <= 3; i++) {
                line(content, 50, 700 - 20 * i, 350, 700 - 20 * i);
                if (i < 3) {
                  text(content, PLAIN, 10, 55, 686 - 20 * i, i == 0 ? "Item" : "Thing " + i);
                  text(content, PLAIN, 10, 205, 686 - 20 * i, i == 0 ? "Price" : i + "0 EUR");
                }
              }
              for (int i = 0; i <= 2; i++) {
                line(content, 50 + 150 * i, 700, 50 + 150 * i, 640);
              }
              text(content, PLAIN, 10, 50, 600, "After the table.");
            });

    assertThat(outline(parse("ruled.pdf", file)))
        .containsExactly(
            "PARAGRAPH Before the table.",
            "TABLE | Item | Price |\n| - | - |\n| Thing 1 | 10 EUR |\n| Thing 2 | 20 EUR |",
            "PARAGRAPH After the table.");
  }

  @Test
  void shouldFindATableByTheAlignmentOfItsCells() throws IOException {
    byte[] file =
        pdf(
            1,
            (content, page) -> {
              for (int i = 0; i < 4; i++) {
                text(content, PLAIN, 10, 50, 700 - 14 * i, i == 0 ? "City" : "Town " + i);
                text(content, PLAIN, 10, 200, 700 - 14 * i, i == 0 ? "People" : i + "000");
                text(content, PLAIN, 10, 300, 700 - 14 * i, i == 0 ? "Since" : "190" + i);
              }
            });

    assertThat(outline(parse("aligned.pdf", file)))
        .containsExactly(
            "TABLE | City | People | Since |\n| - | - | - |\n| Town 1 | 1000 | 1901 |\n"
                + "| Town 2 | 2000 | 1902 |\n| Town 3 | 3000 | 1903 |");
  }

  @Test
  void shouldJoinLinesToParagraphsUnderHeadingsWithTheirPages() throws IOException {
    byte[] file =
        pdf(
            2,
            (content, page) -> {
              text(content, PLAIN, 8, 50, 780, "Company handbook, page " + page);
              text(content, BOLD, 16, 50, 720, "Chapter " + (page == 1 ? "A" : "B"));
              text(content, PLAIN, 10, 50, 690, "The first line of it is bro-");
              text(content, PLAIN, 10, 50, 677, "ken and goes on with more words in it.");
              text(content, BOLD, 10, 50, 640, "Part");
              text(content, PLAIN, 10, 50, 620, "Words of the part of chapter " + page);
            });

    ParsedDocument document = parse("pages.pdf", file);

    assertThat(outline(document))
        .contains(
            "HEADING Chapter A",
            "PARAGRAPH The first line of it is broken and goes on with more words in it.");
    ParsedDocument.Block last = holding(document, "of chapter 2");
    assertThat(last.locator().page()).isEqualTo(2);
    assertThat(last.headings()).containsExactly("Chapter B", "Part");
  }

  @Test
  void shouldDropWhatRunsOverEveryPage() throws IOException {
    byte[] file =
        pdf(
            5,
            (content, page) -> {
              text(content, PLAIN, 8, 50, 780, "Confidential handbook of the company");
              text(
                  content,
                  PLAIN,
                  10,
                  50,
                  500,
                  "Own words of this page: " + "xyzab".charAt(page - 1));
              text(content, PLAIN, 8, 300, 30, "Page " + page + " of 5");
            });

    String text = parse("running.pdf", file).text();

    assertThat(text).contains("Own words").doesNotContain("Confidential").doesNotContain("of 5");
  }

  @Test
  void shouldKeepWhatRunsOverEveryPageWhereThePagesSayNothingElse() throws IOException {
    byte[] file =
        pdf(4, (content, page) -> text(content, PLAIN, 10, 50, 700, "Admits one, seat " + page));

    assertThat(parse("tickets.pdf", file).text()).contains("seat 1", "seat 4");
  }

  @Test
  void shouldRefuseAnEncryptedADamagedAScannedAndAnEndlessFile() throws IOException {
    refuses(KnowledgeError.DOCUMENT_ENCRYPTED, "secret.pdf", encrypted());
    byte[] whole = pdf(1, (content, page) -> text(content, PLAIN, 10, 50, 700, "words"));
    refuses(
        KnowledgeError.DOCUMENT_UNREADABLE,
        "cut.pdf",
        "%PDF-1.7 and then nonsense".getBytes(UTF_8));
    refuses(KnowledgeError.DOCUMENT_EMPTY, "scan.pdf", pdf(1, (content, page) -> {}));
    refuses(KnowledgeError.DOCUMENT_TOO_LONG, "endless.pdf", pdf(10_000, (content, page) -> {}));
    assertThat(parse("cut.pdf", Arrays.copyOf(whole, whole.length - 60)).text()).isEqualTo("words");
  }

  private interface Painter {
    void paint(PDPageContentStream content, int page) throws IOException;
  }

  private static byte[] pdf(int pages, Painter painter) throws IOException {
    try (PDDocument document = new PDDocument()) {
      for (int i = 1; i <= pages; i++) {
        PDPage page = new PDPage();
        document.addPage(page);
        try (PDPageContentStream content = new PDPageContentStream(document, page)) {
          painter.paint(content, i);
        }
      }
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      document.save(bytes);
      return bytes.toByteArray();
    }
  }

  private static byte[] encrypted() throws IOException {
    try (PDDocument document = new PDDocument()) {
      document.addPage(new PDPage());
      document.protect(new StandardProtectionPolicy("owner", "user", new AccessPermission()));
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      document.save(bytes);
      return bytes.toByteArray();
    }
  }

  private static void text(
      PDPageContentStream content, PDFont font, float size, float x, float y, String words)
      throws IOException {
    content.beginText();
    content.setFont(font, size);
    content.newLineAtOffset(x, y);
    content.showText(words);
    content.endText();
  }

  private static void line(PDPageContentStream content, float x1, float y1, float x2, float y2)
      throws IOException {
    content.moveTo(x1, y1);
    content.lineTo(x2, y2);
    content.stroke();
  }
}
