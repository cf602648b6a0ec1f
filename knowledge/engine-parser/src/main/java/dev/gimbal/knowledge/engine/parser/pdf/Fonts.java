package dev.gimbal.knowledge.engine.parser.pdf;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import org.apache.fontbox.FontBoxFont;
import org.apache.fontbox.ttf.TTFParser;
import org.apache.fontbox.ttf.TrueTypeFont;
import org.apache.pdfbox.io.RandomAccessReadBuffer;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.font.CIDFontMapping;
import org.apache.pdfbox.pdmodel.font.FontMapper;
import org.apache.pdfbox.pdmodel.font.FontMappers;
import org.apache.pdfbox.pdmodel.font.FontMapping;
import org.apache.pdfbox.pdmodel.font.PDCIDSystemInfo;
import org.apache.pdfbox.pdmodel.font.PDFontDescriptor;
import org.jspecify.annotations.Nullable;

/// Keeps PDFBox from searching the machine for fonts: slow, and the text would depend on the
/// machine. What a document does not embed is measured by the one font that PDFBox brings.
final class Fonts implements FontMapper {
  private static final String BROUGHT =
      "/org/apache/pdfbox/resources/ttf/LiberationSans-Regular.ttf";
  private static @Nullable Fonts installed;

  private final TrueTypeFont font;

  private Fonts(TrueTypeFont font) {
    this.font = font;
  }

  static synchronized void useNoneOfTheSystem() {
    if (installed == null) {
      installed = new Fonts(load());
      FontMappers.set(installed);
    }
  }

  private static TrueTypeFont load() {
    try (InputStream in = PDDocument.class.getResourceAsStream(BROUGHT)) {
      if (in == null) {
        throw new IllegalStateException("PDFBox does not bring its font");
      }
      return new TTFParser().parse(new RandomAccessReadBuffer(in));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public FontMapping<TrueTypeFont> getTrueTypeFont(String name, PDFontDescriptor descriptor) {
    return new FontMapping<>(font, true);
  }

  @Override
  public FontMapping<FontBoxFont> getFontBoxFont(String name, PDFontDescriptor descriptor) {
    return new FontMapping<>(font, true);
  }

  @Override
  @SuppressWarnings(
      "NullAway") // there is no OpenType font to map to, and PDFBox takes null for that
  public CIDFontMapping getCIDFont(
      String name, PDFontDescriptor descriptor, PDCIDSystemInfo system) {
    return new CIDFontMapping(null, font, true);
  }
}
