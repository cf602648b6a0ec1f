package dev.gimbal.knowledge.engine.parser;

import static dev.gimbal.knowledge.engine.parser.ParserFixture.parse;
import static dev.gimbal.knowledge.engine.parser.ParserFixture.refuses;
import static dev.gimbal.knowledge.engine.parser.Promises.holding;
import static dev.gimbal.knowledge.engine.parser.Promises.outline;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gimbal.knowledge.api.KnowledgeError;
import dev.gimbal.knowledge.api.ParsedDocument;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;

final class PackedFormatsTest {
  private static final String MAIL =
      """
      From: Ann <ann@example.org>
      To: Bob <bob@example.org>
      Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=
      MIME-Version: 1.0
      Content-Type: multipart/mixed; boundary=b1

      --b1
      Content-Type: multipart/alternative; boundary=b2

      --b2
      Content-Type: text/plain; charset=utf-8

      The plain words.
      --b2
      Content-Type: text/html; charset=utf-8

      <p>The other words.</p>
      --b2--
      --b1
      Content-Type: text/markdown; name=notes.md
      Content-Disposition: attachment; filename=notes.md

      # Inside
      Attached words.
      --b1--
      """;

  @Test
  void shouldReadAMailWithItsAttachments() {
    ParsedDocument document = parse("mail.eml", MAIL);

    assertThat(document.title()).isEqualTo("Grüße");
    assertThat(document.metadata()).containsEntry("from", "Ann <ann@example.org>");
    assertThat(outline(document))
        .containsExactly(
            "PARAGRAPH The plain words.",
            "HEADING notes.md",
            "HEADING # Inside",
            "PARAGRAPH Attached words.");
    assertThat(holding(document, "Attached").headings()).containsExactly("notes.md", "Inside");
  }

  @Test
  void shouldReadCsvWithItsOwnSeparatorAndQuotes() {
    ParsedDocument document = parse("a.csv", "name;note\n\"A; B\";\"says \"\"hi\"\"\"\nC;x|y\n");

    assertThat(outline(document))
        .containsExactly("TABLE | name | note |\n| - | - |\n| A; B | says \"hi\" |\n| C | x\\|y |");
    assertThat(document.blocks().getFirst().locator().line()).isEqualTo(1);
  }

  @Test
  void shouldTakeAQuoteThatIsNeverClosedForACharacter() {
    assertThat(outline(parse("a.csv", "name,size\nscreen,27\" wide\n\"odd,1\nlast,2")))
        .containsExactly(
            "TABLE | name | size |\n| - | - |\n| screen | 27\" wide |\n| \"odd | 1 |\n| last | 2 |");
  }

  @Test
  void shouldLoseNothingOfARowThatIsTooWide() {
    StringBuilder rows = new StringBuilder("c0");
    for (int at = 1; at < 2_500; at++) {
      rows.append(',').append('c').append(at);
    }

    assertThat(parse("wide.csv", rows.toString()).text())
        .contains("| c999 |", "| c1000 |", "| c2499 |");
  }

  @Test
  void shouldReadABookInTheOrderOfItsSpine() throws IOException {
    Map<String, String> entries = new LinkedHashMap<>();
    entries.put("mimetype", "application/epub+zip");
    entries.put(
        "META-INF/container.xml",
        "<container><rootfiles><rootfile full-path='o/b.opf'/></rootfiles></container>");
    entries.put(
        "o/b.opf",
        """
        <package><metadata><title>The book</title><creator>Ann</creator></metadata><manifest>
        <item id='x' href='2.xhtml' media-type='application/xhtml+xml'/>
        <item id='y' href='1.xhtml' media-type='application/xhtml+xml'/></manifest>
        <spine><itemref idref='y'/><itemref idref='x'/></spine></package>
        """);
    entries.put("o/2.xhtml", "<html><body><h1>Two</h1><p>later</p></body></html>");
    entries.put("o/1.xhtml", "<html><body><h1>One</h1><p>sooner</p></body></html>");

    ParsedDocument document = parse("book.epub", zip(entries));

    assertThat(document.title()).isEqualTo("The book");
    assertThat(outline(document))
        .containsExactly("HEADING One", "PARAGRAPH sooner", "HEADING Two", "PARAGRAPH later");
  }

  @Test
  void shouldRefuseBombs() throws IOException {
    String zeros = "0".repeat(1 << 20);
    refuses(
        KnowledgeError.DOCUMENT_SUSPICIOUS,
        "unpacks.docx",
        docx("<document><body><p><r><t>" + zeros.repeat(60) + "</t></r></p></body></document>"));
    Map<String, String> many = new LinkedHashMap<>();
    for (int i = 0; i < 2_001; i++) {
      many.put("word/" + i, "");
    }
    refuses(KnowledgeError.DOCUMENT_SUSPICIOUS, "many.docx", zip(many));
    refuses(
        KnowledgeError.DOCUMENT_SUSPICIOUS,
        "deep.docx",
        docx("<document><body>" + "<sdt>".repeat(5_000)));
  }

  @Test
  void shouldRefuseXmlThatDeclaresEntitiesAndFetchNothing() throws IOException {
    refuses(
        KnowledgeError.DOCUMENT_SUSPICIOUS,
        "laughs.docx",
        docx(
            "<!DOCTYPE x [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;&a;'>]>"
                + "<document><body><p><r><t>&b;</t></r></p></body></document>"));
    refuses(
        KnowledgeError.DOCUMENT_SUSPICIOUS,
        "xxe.docx",
        docx(
            "<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/hostname'>]>"
                + "<document><body><p><r><t>&a;</t></r></p></body></document>"));
  }

  @Test
  void shouldSayWhatIsWrongWithOtherFiles() throws IOException {
    refuses(KnowledgeError.FORMAT_UNSUPPORTED, "a.zip", zip(Map.of("a.txt", "words")));
    refuses(
        KnowledgeError.FORMAT_UNSUPPORTED,
        "a.odt",
        zip(Map.of("mimetype", "application/vnd.oasis", "content.xml", "<x/>")));
    refuses(KnowledgeError.DOCUMENT_UNREADABLE, "a.docx", "PK\u0003\u0004 cut".getBytes(UTF_8));
    refuses(KnowledgeError.DOCUMENT_UNREADABLE, "a.docx", docx("<document><body><p>"));
    refuses(KnowledgeError.FORMAT_UNSUPPORTED, "a.pdf", new byte[] {(byte) 0x89, 'P', 'N', 'G'});
  }

  private static byte[] docx(String document) throws IOException {
    return zip(Map.of("[Content_Types].xml", "<Types/>", "word/document.xml", document));
  }

  private static byte[] zip(Map<String, String> entries) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (Map.Entry<String, String> entry : entries.entrySet()) {
        zip.putNextEntry(new ZipEntry(entry.getKey()));
        zip.write(entry.getValue().getBytes(UTF_8));
        zip.closeEntry();
      }
    }
    return bytes.toByteArray();
  }
}
