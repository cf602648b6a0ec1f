package dev.gimbal.knowledge.engine.parser.pdf;

import java.io.IOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.pdfbox.contentstream.operator.Operator;
import org.apache.pdfbox.contentstream.operator.OperatorProcessor;
import org.apache.pdfbox.cos.COSBase;
import org.apache.pdfbox.cos.COSNumber;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.common.PDRectangle;
import org.apache.pdfbox.pdmodel.font.PDFont;
import org.apache.pdfbox.pdmodel.font.PDFontDescriptor;
import org.apache.pdfbox.text.PDFTextStripper;
import org.apache.pdfbox.text.TextPosition;
import org.apache.pdfbox.util.Matrix;

/// Gathers a page's glyphs and straight lines in one pass over its content. Images are not
/// decoded.
final class PageContent extends PDFTextStripper {
  private static final int GLYPHS_AT_MOST = 400_000;
  private static final int RULES_AT_MOST = 20_000;
  private static final float THIN = 2.5f;

  private final Map<Integer, List<Glyph>> glyphs = new HashMap<>();
  private final Map<PDFont, Boolean> bold = new HashMap<>();
  private final List<Box> rules = new ArrayList<>();
  private final List<Box> path = new ArrayList<>();
  private Box crop = new Box(0, 0, 0, 0);
  private int rotation;
  private Runnable whenRead = () -> {};
  private int count;
  private float[] current = {0, 0};
  private float[] first = {0, 0};

  PageContent() {
    on("m", operands -> first = current = point(operands));
    on("l", operands -> line(point(operands)));
    on("h", operands -> line(first));
    on("re", this::rectangle);
    on("c", operands -> current = point(operands.subList(4, 6)));
    on("v", operands -> current = point(operands.subList(2, 4)));
    on("y", operands -> current = point(operands.subList(2, 4)));
    for (String paint : List.of("S", "s", "B", "B*", "b", "b*")) {
      on(paint, operands -> paint(true));
    }
    for (String fill : List.of("f", "F", "f*")) {
      on(fill, operands -> paint(false));
    }
    on("n", operands -> path.clear());
  }

  /// Reads all pages of a document, in order.
  ///
  /// @param afterEach called when this holds one page's content
  void read(PDDocument document, Runnable afterEach) throws IOException {
    whenRead = afterEach;
    writeText(document, Writer.nullWriter());
  }

  @Override
  protected void startPage(PDPage page) {
    glyphs.clear();
    rules.clear();
    path.clear();
    count = 0;
    PDRectangle box = page.getCropBox();
    crop =
        new Box(
            box.getLowerLeftX(), box.getLowerLeftY(), box.getUpperRightX(), box.getUpperRightY());
    rotation = page.getRotation();
  }

  @Override
  protected void endPage(PDPage page) {
    whenRead.run();
  }

  /// Glyphs by the direction that they are written in, in quarter turns; the most used one
  /// first.
  List<List<Glyph>> glyphs() {
    return glyphs.values().stream().sorted((a, b) -> b.size() - a.size()).toList();
  }

  /// Straight horizontal and vertical lines, as thin boxes; none on a turned page.
  List<Box> rules() {
    return rotation == 0 ? rules : List.of();
  }

  @Override
  protected void processTextPosition(TextPosition text) {
    String unicode = text.getUnicode();
    if (unicode == null || unicode.isBlank() || ++count > GLYPHS_AT_MOST) {
      return;
    }
    float size = Math.abs(text.getFontSizeInPt());
    float height = Math.max(text.getHeightDir(), 0.5f);
    float sane = size < height * 0.8f || size > height * 4 ? height * 1.6f : size;
    Glyph glyph =
        new Glyph(
            unicode,
            text.getXDirAdj(),
            text.getYDirAdj(),
            Math.max(text.getWidthDirAdj(), 0.1f),
            Math.max(sane, 1),
            bold.computeIfAbsent(text.getFont(), PageContent::bold));
    glyphs.computeIfAbsent((int) text.getDir(), _ -> new ArrayList<>()).add(glyph);
  }

  private static boolean bold(PDFont font) {
    String name = String.valueOf(font.getName()).toLowerCase(Locale.ROOT);
    if (name.contains("bold") || name.contains("black") || name.contains("heavy")) {
      return true;
    }
    PDFontDescriptor descriptor = font.getFontDescriptor();
    boolean weighty =
        descriptor != null && (descriptor.isForceBold() || descriptor.getFontWeight() >= 650);
    return weighty || name.contains("cmbx") || name.contains("demi");
  }

  @FunctionalInterface
  private interface PathStep {
    void take(List<COSBase> operands);
  }

  private void on(String name, PathStep step) {
    addOperator(
        new OperatorProcessor(this) {
          @Override
          public void process(Operator operator, List<COSBase> operands) {
            if (operands.stream().allMatch(COSNumber.class::isInstance)
                && operands.size() >= arity(name)) {
              step.take(operands);
            }
          }

          @Override
          public String getName() {
            return name;
          }
        });
  }

  private static int arity(String name) {
    return switch (name) {
      case "m", "l" -> 2;
      case "re", "v", "y" -> 4;
      case "c" -> 6;
      default -> 0;
    };
  }

  private float[] point(List<COSBase> operands) {
    return place(number(operands, 0), number(operands, 1));
  }

  private static float number(List<COSBase> operands, int index) {
    return ((COSNumber) operands.get(index)).floatValue();
  }

  private float[] place(float x, float y) {
    Matrix matrix = getGraphicsState().getCurrentTransformationMatrix();
    java.awt.geom.Point2D.Float at = matrix.transformPoint(x, y);
    return new float[] {at.x - crop.left(), crop.bottom() - at.y};
  }

  private void line(float[] to) {
    edge(current, to);
    current = to;
  }

  private void edge(float[] from, float[] to) {
    Box box =
        new Box(
            Math.min(from[0], to[0]),
            Math.min(from[1], to[1]),
            Math.max(from[0], to[0]),
            Math.max(from[1], to[1]));
    if ((box.width() < THIN || box.height() < THIN) && path.size() < RULES_AT_MOST) {
      path.add(box);
    }
  }

  private void rectangle(List<COSBase> operands) {
    float x = number(operands, 0);
    float y = number(operands, 1);
    float[] a = place(x, y);
    float[] b = place(x + number(operands, 2), y + number(operands, 3));
    float[] c = {a[0], b[1]};
    float[] d = {b[0], a[1]};
    first = current = a;
    edge(a, c);
    edge(c, b);
    edge(b, d);
    edge(d, a);
  }

  /// A filled rectangle is a rule only where it is thin itself, which its edges along show.
  private void paint(boolean stroke) {
    for (Box edge : path) {
      boolean visible = edge.width() > THIN || edge.height() > THIN;
      if (visible && rules.size() < RULES_AT_MOST && (stroke || thinFill(edge))) {
        rules.add(edge);
      }
    }
    path.clear();
  }

  private boolean thinFill(Box edge) {
    boolean horizontal = edge.width() > edge.height();
    return path.stream()
        .filter(other -> !other.equals(edge))
        .anyMatch(
            other ->
                horizontal
                    ? other.width() > other.height()
                        && Math.abs(other.top() - edge.top()) < THIN
                        && Math.abs(other.left() - edge.left()) < 1
                    : other.height() > other.width()
                        && Math.abs(other.left() - edge.left()) < THIN
                        && Math.abs(other.top() - edge.top()) < 1);
  }
}
