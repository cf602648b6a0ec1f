package dev.gimbal.knowledge.engine.parser;

import static dev.gimbal.knowledge.engine.parser.ParserFixture.parse;
import static dev.gimbal.knowledge.engine.parser.Promises.holding;
import static dev.gimbal.knowledge.engine.parser.Promises.outline;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gimbal.knowledge.api.ParsedDocument;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;

/// Words of office files that stand in parts beside the main one, and parts that are not read.
final class DrawingsTest {
  private static final String DIAGRAM =
      """
      <dataModel><ptLst><pt><t><p><r><t>Plan</t></r></p></t></pt><pt type='pres'/>
      <pt><t><p><r><t>Bu</t></r><r><t>ild</t></r></p></t></pt></ptLst></dataModel>
      """;
  private static final String CHART =
      """
      <chartSpace><chart><title><tx><rich><p><r><t>Sales</t></r></p></rich></tx></title><plotArea>
      <barChart><ser><tx><strRef><strCache><pt idx='0'><v>2026</v></pt></strCache></strRef></tx>
      <cat><strRef><strCache><pt idx='0'><v>East</v></pt><pt idx='1'><v>West</v></pt></strCache>
      </strRef></cat><val><numRef><numCache><pt idx='1'><v>7</v></pt></numCache></numRef></val>
      </ser></barChart></plotArea></chart></chartSpace>
      """;
  private static final String TABLE = "TABLE | | 2026 |\n| - | - |\n| East | |\n| West | 7 |";
  private static final String DRAWN = "<relIds r:dm='d'/><chart r:id='c'/>";

  @Test
  void shouldReadDiagramsAndChartsOfASlide() throws IOException {
    Map<String, String> entries = new LinkedHashMap<>();
    entries.put("[Content_Types].xml", "<Types/>");
    entries.put("ppt/presentation.xml", rooted("<sldIdLst><sldId r:id='s'/></sldIdLst>"));
    entries.put("ppt/_rels/presentation.xml.rels", relations("s", "slides/s.xml", ""));
    entries.put(
        "ppt/slides/s.xml",
        rooted("<cSld><spTree><graphicFrame>" + DRAWN + "</graphicFrame></spTree></cSld>"));
    entries.put("ppt/slides/_rels/s.xml.rels", relations("d", "../d.xml", "c", "../c.xml", ""));
    entries.put("ppt/d.xml", DIAGRAM);
    entries.put("ppt/c.xml", CHART);

    ParsedDocument document = parse("drawn.pptx", zip(entries));

    assertThat(outline(document))
        .containsExactly("LIST_ITEM - Plan", "LIST_ITEM - Build", "PARAGRAPH Sales", TABLE);
    assertThat(holding(document, "West").locator().slide()).isEqualTo(1);
  }

  @Test
  void shouldReadDiagramsChartsEndnotesAndBoxesInCellsOfADocument() throws IOException {
    String cells =
        "<tbl><tr><tc><p><r><t>a</t></r></p></tc><tc><p><r><pict><txbxContent><p><r><t>boxed</t></r>"
            + "</p></txbxContent></pict></r></p></tc></tr></tbl>";
    Map<String, String> entries =
        docx("<p><r><drawing>" + DRAWN + "</drawing></r></p>" + cells, "");

    assertThat(outline(parse("drawn.docx", zip(entries))))
        .containsExactly(
            "LIST_ITEM - Plan",
            "LIST_ITEM - Build",
            "PARAGRAPH Sales",
            TABLE,
            "TABLE | a | boxed |\n| - | - |",
            "PARAGRAPH an endnote");
  }

  @Test
  void shouldReadNoMacroAndFollowNoReferenceToTheOutside() throws IOException {
    try (ServerSocket outside = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      outside.setSoTimeout(200);
      String address = "http://127.0.0.1:" + outside.getLocalPort() + "/x";
      String link =
          "<Relationship Id='t' Type='x/attachedTemplate' Target='%s' TargetMode='External'/>"
              .formatted(address);
      Map<String, String> entries = docx("<p><r><t>Kept words.</t></r></p>", link);
      entries.replaceAll(
          (name, text) -> text.replace("endnotes.xml'", "endnotes.xml' TargetMode='External'"));
      entries.put("word/vbaProject.bin", "Sub AutoOpen() stealing End Sub");

      String office = parse("macro.docm", zip(entries)).text();
      String page =
          parse(
                  "page.html",
                  "<p>Kept words.<img src='%1$s'><iframe src='%1$s'></iframe>".formatted(address)
                      + "<link rel=stylesheet href='%s'>".formatted(address))
              .text();

      assertThat(office).isEqualTo("Kept words.");
      assertThat(page).isEqualTo("Kept words.");
      Assertions.assertThatThrownBy(outside::accept).isInstanceOf(SocketTimeoutException.class);
    }
  }

  private static Map<String, String> docx(String body, String moreRelations) {
    Map<String, String> entries = new LinkedHashMap<>();
    entries.put("[Content_Types].xml", "<Types/>");
    entries.put("word/document.xml", rooted("<body>" + body + "</body>"));
    entries.put(
        "word/_rels/document.xml.rels",
        relations("d", "d.xml", "c", "c.xml", "endnotes", "endnotes.xml", moreRelations));
    entries.put("word/d.xml", DIAGRAM);
    entries.put("word/c.xml", CHART);
    entries.put(
        "word/endnotes.xml",
        "<endnotes><endnote><p><r><t>an endnote</t></r></p></endnote></endnotes>");
    return entries;
  }

  private static String rooted(String inside) {
    return "<root xmlns:r='http://x/relationships'>" + inside + "</root>";
  }

  /// Ids, which are the types as well, each with its target; the last are relations as they stand.
  private static String relations(String... pairs) {
    StringBuilder relations = new StringBuilder("<Relationships>");
    for (int at = 0; at + 1 < pairs.length; at += 2) {
      relations.append(
          "<Relationship Id='%1$s' Type='x/%1$s' Target='%2$s'/>"
              .formatted(pairs[at], pairs[at + 1]));
    }
    return relations + pairs[pairs.length - 1] + "</Relationships>";
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
