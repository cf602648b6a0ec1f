package dev.gimbal.knowledge.engine.parser;

import static dev.gimbal.knowledge.engine.parser.ParserFixture.parse;
import static dev.gimbal.knowledge.engine.parser.ParserFixture.refuses;
import static dev.gimbal.knowledge.engine.parser.Promises.holding;
import static dev.gimbal.knowledge.engine.parser.Promises.outline;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gimbal.knowledge.api.KnowledgeError;
import dev.gimbal.knowledge.api.ParsedDocument;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.security.GeneralSecurityException;
import java.time.LocalDate;
import org.apache.poi.poifs.crypt.EncryptionInfo;
import org.apache.poi.poifs.crypt.EncryptionMode;
import org.apache.poi.poifs.crypt.Encryptor;
import org.apache.poi.poifs.filesystem.POIFSFileSystem;
import org.apache.poi.sl.usermodel.Placeholder;
import org.apache.poi.ss.usermodel.CellStyle;
import org.apache.poi.xslf.usermodel.XMLSlideShow;
import org.apache.poi.xslf.usermodel.XSLFSlide;
import org.apache.poi.xslf.usermodel.XSLFTable;
import org.apache.poi.xslf.usermodel.XSLFTextBox;
import org.apache.poi.xslf.usermodel.XSLFTextShape;
import org.apache.poi.xssf.usermodel.XSSFRow;
import org.apache.poi.xssf.usermodel.XSSFSheet;
import org.apache.poi.xssf.usermodel.XSSFWorkbook;
import org.apache.poi.xwpf.usermodel.XWPFDocument;
import org.apache.poi.xwpf.usermodel.XWPFParagraph;
import org.apache.poi.xwpf.usermodel.XWPFTable;
import org.junit.jupiter.api.Test;

final class OfficeTest {
  @Test
  void shouldReadHeadingsListsAndTablesOfADocument() throws IOException {
    ParsedDocument document = parse("policy.docx", docx());

    assertThat(document.format()).isEqualTo("docx");
    assertThat(document.title()).isEqualTo("The leave policy");
    assertThat(document.metadata()).containsEntry("author", "Ann");
    assertThat(outline(document))
        .containsExactly(
            "HEADING Leave",
            "PARAGRAPH Thirty\tdays.",
            "HEADING Sick",
            "TABLE | A | B |\n| - | - |\n| 1 | 2 |");
    assertThat(holding(document, "| 1 | 2 |").locator().section()).isEqualTo("Leave > Sick");
  }

  @Test
  void shouldReadADocumentWhoseNameSaysPdf() throws IOException {
    assertThat(parse("policy.pdf", docx()).format()).isEqualTo("docx");
  }

  @Test
  void shouldReadSlidesWithTablesAndNotes() throws IOException {
    byte[] file;
    try (XMLSlideShow show = new XMLSlideShow()) {
      for (String words : new String[] {"first words", "second words"}) {
        XSLFSlide slide = show.createSlide();
        XSLFTextBox box = slide.createTextBox();
        box.setText(words);
      }
      XSLFTable table = show.getSlides().get(1).createTable(2, 2);
      table.getCell(0, 0).setText("H1");
      table.getCell(0, 1).setText("H2");
      table.getCell(1, 0).setText("c1");
      table.getCell(1, 1).setText("c2");
      for (XSLFTextShape shape : show.getNotesSlide(show.getSlides().get(1)).getPlaceholders()) {
        if (shape.getTextType() == Placeholder.BODY) {
          shape.setText("spoken words");
        }
      }
      file = bytes(show::write);
    }

    ParsedDocument document = parse("show.pptx", file);

    assertThat(holding(document, "first words").locator().slide()).isEqualTo(1);
    assertThat(holding(document, "second words").locator().slide()).isEqualTo(2);
    assertThat(document.text()).contains("| H1 | H2 |\n| - | - |\n| c1 | c2 |");
    assertThat(holding(document, "spoken words").locator().slide()).isEqualTo(2);
  }

  @Test
  void shouldReadSheetsWithValuesAsShownAndTheirCells() throws IOException {
    byte[] file;
    try (XSSFWorkbook workbook = new XSSFWorkbook()) {
      XSSFSheet sheet = workbook.createSheet("Sales");
      row(sheet, 1, "Day", "Sum", "Share");
      XSSFRow row = row(sheet, 2);
      CellStyle date = workbook.createCellStyle();
      date.setDataFormat((short) 14);
      row.createCell(1).setCellValue(LocalDate.of(2026, 11, 22));
      row.getCell(1).setCellStyle(date);
      row.createCell(2).setCellFormula("40+2");
      row.getCell(2).setCellValue(42);
      CellStyle percent = workbook.createCellStyle();
      percent.setDataFormat((short) 9);
      row.createCell(3).setCellValue(0.5);
      row.getCell(3).setCellStyle(percent);
      row(sheet, 6, "alone");
      file = bytes(workbook::write);
    }

    ParsedDocument document = parse("sales.xlsx", file);

    assertThat(outline(document))
        .containsExactly(
            "HEADING Sales",
            "TABLE | Day | Sum | Share |\n| - | - | - |\n| 2026-11-22 | 42 | 50% |",
            "PARAGRAPH alone");
    assertThat(holding(document, "50%").locator().cells()).isEqualTo("B2:D3");
    assertThat(holding(document, "alone").locator().sheet()).isEqualTo("Sales");
  }

  @Test
  void shouldRepeatTheHeadOfALongSheetAndSayWhichRowsFollow() throws IOException {
    byte[] file;
    try (XSSFWorkbook workbook = new XSSFWorkbook()) {
      XSSFSheet sheet = workbook.createSheet("Long");
      row(sheet, 0, "head", "b");
      for (int i = 1; i < 100; i++) {
        row(sheet, i, "key" + i, "value" + i);
      }
      file = bytes(workbook::write);
    }

    ParsedDocument document = parse("long.xlsx", file);

    ParsedDocument.Block block = holding(document, "key50 ");
    assertThat(Promises.words(document, block)).startsWith("| head | b |");
    assertThat(block.locator().cells()).isEqualTo("B31:C60");
  }

  @Test
  void shouldAskForThePasswordOfAnEncryptedDocument() throws Exception {
    refuses(KnowledgeError.DOCUMENT_ENCRYPTED, "secret.docx", encrypted(docx()));
    refuses(
        KnowledgeError.FORMAT_UNSUPPORTED,
        "old.doc",
        bytes(
            out -> {
              try (POIFSFileSystem container = new POIFSFileSystem()) {
                container.getRoot().createDirectory("WordDocument");
                container.writeFilesystem(out);
              }
            }));
  }

  private static byte[] docx() throws IOException {
    try (XWPFDocument document = new XWPFDocument()) {
      document.getProperties().getCoreProperties().setTitle("The leave policy");
      document.getProperties().getCoreProperties().setCreator("Ann");
      heading(document, 0, "Leave");
      XWPFParagraph paragraph = document.createParagraph();
      paragraph.createRun().setText("Thirty");
      paragraph.createRun().addTab();
      paragraph.createRun().setText("days.");
      heading(document, 1, "Sick");
      XWPFTable table = document.createTable(2, 2);
      table.getRow(0).getCell(0).setText("A");
      table.getRow(0).getCell(1).setText("B");
      table.getRow(1).getCell(0).setText("1");
      table.getRow(1).getCell(1).setText("2");
      return bytes(document::write);
    }
  }

  private static void heading(XWPFDocument document, int level, String words) {
    XWPFParagraph paragraph = document.createParagraph();
    paragraph.getCTP().addNewPPr().addNewOutlineLvl().setVal(java.math.BigInteger.valueOf(level));
    paragraph.createRun().setText(words);
  }

  private static byte[] encrypted(byte[] plain) throws IOException, GeneralSecurityException {
    try (POIFSFileSystem container = new POIFSFileSystem()) {
      Encryptor encryptor = new EncryptionInfo(EncryptionMode.agile).getEncryptor();
      encryptor.confirmPassword("word");
      try (OutputStream out = encryptor.getDataStream(container)) {
        out.write(plain);
      }
      return bytes(container::writeFilesystem);
    }
  }

  private static XSSFRow row(XSSFSheet sheet, int index, String... values) {
    XSSFRow row = sheet.createRow(index);
    for (int i = 0; i < values.length; i++) {
      row.createCell(i + 1).setCellValue(values[i]);
    }
    return row;
  }

  private interface Writer {
    void write(OutputStream out) throws IOException;
  }

  private static byte[] bytes(Writer writer) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    writer.write(out);
    return out.toByteArray();
  }
}
