package dev.gimbal.knowledge.engine.parser;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gimbal.knowledge.api.KnowledgeError;
import dev.gimbal.knowledge.api.KnowledgeException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.poi.xssf.usermodel.XSSFWorkbook;
import org.apache.poi.xwpf.usermodel.XWPFDocument;
import org.junit.jupiter.api.Test;

/// A person reads why a file was not taken: no class of ours or of a library is a reason.
final class DamagedFilesTest {

  @Test
  void shouldSayInWordsWhatIsWrongWithADamagedFile() throws IOException {
    byte[] pdf = pdf();
    says("cut.pdf", Arrays.copyOf(pdf, 40), KnowledgeError.DOCUMENT_UNREADABLE, "PDF", "damaged");
    says("half.docx", half(docx()), KnowledgeError.DOCUMENT_UNREADABLE, "damaged", "cut off");
    says("half.xlsx", half(xlsx()), KnowledgeError.DOCUMENT_UNREADABLE, "damaged", "cut off");
    says("flipped.docx", flipped(docx()), KnowledgeError.DOCUMENT_UNREADABLE, "damaged");
    says("flipped.xlsx", flipped(xlsx()), KnowledgeError.DOCUMENT_UNREADABLE, "damaged");
    says("empty.pdf", new byte[0], KnowledgeError.DOCUMENT_EMPTY, "no bytes");
    says("photo.pdf", new byte[] {(byte) 0x89, 'P', 'N', 'G'}, FORMAT, "picture");
  }

  private static final KnowledgeError FORMAT = KnowledgeError.FORMAT_UNSUPPORTED;

  private static void says(
      String fileName, byte[] content, KnowledgeError error, String... expected) {
    assertThatThrownBy(() -> ParserFixture.parse(ParserFixture.PARSER, fileName, content))
        .as(fileName)
        .isInstanceOfSatisfying(
            KnowledgeException.class,
            e -> {
              assertThat(e.errorCode()).isEqualTo(error);
              assertThat(e.getMessage())
                  .contains(expected)
                  .doesNotContainPattern("Exception|Error|[a-z]\\.[a-z]+\\.|0x|null");
            });
  }

  /// Everything is listed, but what is packed is spoilt.
  private static byte[] flipped(byte[] file) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (java.util.zip.ZipInputStream in =
            new java.util.zip.ZipInputStream(new java.io.ByteArrayInputStream(file));
        ZipOutputStream out = new ZipOutputStream(bytes)) {
      out.setMethod(ZipOutputStream.DEFLATED);
      for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        out.putNextEntry(new ZipEntry(entry.getName()));
        out.write(in.readAllBytes());
        out.closeEntry();
      }
    }
    byte[] whole = bytes.toByteArray();
    byte[] name = "document.xml".getBytes(UTF_8);
    int at = indexOf(whole, name);
    if (at < 0) {
      at = indexOf(whole, "sheet1.xml".getBytes(UTF_8));
    }
    Arrays.fill(whole, at + 14, at + 40, (byte) 0xff);
    return whole;
  }

  private static int indexOf(byte[] whole, byte[] part) {
    for (int at = 0; at + part.length <= whole.length; at++) {
      if (Arrays.equals(whole, at, at + part.length, part, 0, part.length)) {
        return at;
      }
    }
    return -1;
  }

  private static byte[] half(byte[] file) {
    return Arrays.copyOf(file, file.length / 2);
  }

  private static byte[] pdf() throws IOException {
    try (PDDocument document = new PDDocument()) {
      document.addPage(new PDPage());
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      document.save(bytes);
      return bytes.toByteArray();
    }
  }

  private static byte[] docx() throws IOException {
    try (XWPFDocument document = new XWPFDocument()) {
      document.createParagraph().createRun().setText("Leave is thirty days. ".repeat(50));
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      document.write(bytes);
      return bytes.toByteArray();
    }
  }

  private static byte[] xlsx() throws IOException {
    try (XSSFWorkbook book = new XSSFWorkbook()) {
      book.createSheet("s").createRow(0).createCell(0).setCellValue("thirty");
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      book.write(bytes);
      return bytes.toByteArray();
    }
  }
}
