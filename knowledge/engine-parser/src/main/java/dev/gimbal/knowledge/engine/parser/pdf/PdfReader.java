package dev.gimbal.knowledge.engine.parser.pdf;

import dev.gimbal.knowledge.api.Locator;
import dev.gimbal.knowledge.engine.parser.draft.Draft;
import dev.gimbal.knowledge.engine.parser.draft.Refusal;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Calendar;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.io.IOUtils;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDDocumentInformation;
import org.apache.pdfbox.pdmodel.encryption.InvalidPasswordException;

/// Reads a PDF. Scripts, forms' actions, attachments and images are left alone.
public final class PdfReader {
  /// Larger than body text by this much is a heading.
  private static final float LARGER = 1.12f;

  private static final int HEADING_AT_MOST = 200;
  private static final int BOLD_HEADING_AT_MOST = 120;
  private static final int LEVELS = 6;

  private PdfReader() {}

  /// Writes the document to the draft.
  public static void read(Path file, int pagesAtMost, Draft draft) throws IOException {
    Fonts.useNoneOfTheSystem();
    try (PDDocument document =
        Loader.loadPDF(file.toFile(), "", null, null, IOUtils.createTempFileOnlyStreamCache())) {
      if (document.getNumberOfPages() > pagesAtMost) {
        throw Refusal.tooLong(
            "the document has %d pages, limit %d"
                .formatted(document.getNumberOfPages(), pagesAtMost));
      }
      List<Item> items = items(document);
      information(document.getDocumentInformation(), draft);
      write(items, draft);
    } catch (InvalidPasswordException e) {
      throw Refusal.encrypted();
    }
  }

  private static List<Item> items(PDDocument document) throws IOException {
    PageContent content = new PageContent();
    List<List<Piece>> pages = new ArrayList<>();
    content.read(document, () -> pages.add(pieces(content)));
    List<List<Piece>> kept = RunningLines.dropped(pages);
    List<Item> items = new ArrayList<>();
    for (int i = 0; i < kept.size(); i++) {
      items.addAll(Layout.of(i + 1, kept.get(i)));
    }
    return items;
  }

  private static List<Piece> pieces(PageContent content) {
    List<Piece> pieces = new ArrayList<>();
    boolean main = true;
    float offset = 0;
    for (List<Glyph> glyphs : content.glyphs()) {
      if (main) {
        pieces.addAll(RuledTables.take(content.rules(), glyphs));
      }
      main = false;
      // Text turned another way has its own places; it is read after the rest.
      for (Piece.Segment segment : Segments.of(glyphs)) {
        pieces.add(moved(segment, offset));
      }
      offset += 10_000;
    }
    return pieces;
  }

  private static Piece.Segment moved(Piece.Segment segment, float down) {
    Box box = segment.box();
    return new Piece.Segment(
        segment.text(),
        new Box(box.left(), box.top() + down, box.right(), box.bottom() + down),
        segment.baseline() + down,
        segment.size(),
        segment.bold());
  }

  private static void information(PDDocumentInformation information, Draft draft) {
    String title = information.getTitle();
    if (title != null
        && title.strip().length() > 2
        && !title.matches("(?i)untitled.*|.*\\.\\w{2,4}")) {
      draft.title(title.replaceFirst("^Microsoft (Word|PowerPoint) - ", ""));
    }
    draft.metadata("author", information.getAuthor());
    draft.metadata("subject", information.getSubject());
    draft.metadata("keywords", information.getKeywords());
    Calendar created = information.getCreationDate();
    if (created != null) {
      draft.metadata("created", Instant.ofEpochMilli(created.getTimeInMillis()).toString());
    }
  }

  private static void write(List<Item> items, Draft draft) {
    Body body = Body.of(items);
    for (Item item : items) {
      draft.at(new Locator(item.page(), null, null, null, null, null));
      switch (item) {
        case Item.Table(int _, var table) -> draft.table(table);
        case Item.Words words -> words(words, body, draft);
      }
    }
  }

  private static void words(Item.Words words, Body body, Draft draft) {
    if (body.heading(words)) {
      draft.heading(body.level(words), words.text());
      draft.title(words.text());
      return;
    }
    int space = words.text().indexOf(' ');
    String marker = space > 0 ? words.text().substring(0, space) : "";
    if (Row.MARKER.matcher(marker).matches()) {
      boolean numbered =
          Character.isLetterOrDigit(
                  marker.codePointAt(marker.length() > 1 ? marker.length() - 2 : 0))
              && marker.length() > 1;
      draft.item(0, numbered ? marker : "-", words.text().substring(space + 1));
    } else {
      draft.paragraph(words.text());
    }
  }

  /// What the document's running text looks like, and with it what its headings are.
  private record Body(float size, boolean bold, List<Integer> headingSizes) {
    static Body of(List<Item> items) {
      Map<Integer, Long> letters = new TreeMap<>();
      long bold = 0;
      long all = 0;
      for (Item item : items) {
        if (item instanceof Item.Words words) {
          letters.merge(half(words.size()), (long) words.text().length(), Long::sum);
          bold += words.bold() ? words.text().length() : 0;
          all += words.text().length();
        }
      }
      int size =
          letters.entrySet().stream()
              .max(Map.Entry.comparingByValue())
              .map(Map.Entry::getKey)
              .orElse(20);
      Body plain = new Body(size / 2f, bold * 2 > all, List.of());
      List<Integer> sizes =
          items.stream()
              .filter(Item.Words.class::isInstance)
              .map(Item.Words.class::cast)
              .filter(plain::heading)
              .map(Body::rank)
              .distinct()
              .sorted((a, b) -> b - a)
              .toList();
      return new Body(size / 2f, bold * 2 > all, sizes);
    }

    private static int half(float size) {
      return Math.round(size * 2);
    }

    private static int rank(Item.Words words) {
      return half(words.size()) * 2 + (words.bold() ? 1 : 0);
    }

    boolean heading(Item.Words words) {
      String text = words.text();
      if (text.length() > HEADING_AT_MOST
          || words.lines() > 3
          || text.codePoints().filter(Character::isLetter).count() < 2) {
        return false;
      }
      if (words.size() >= size * LARGER) {
        return true;
      }
      boolean sentence = ".,;".indexOf(text.charAt(text.length() - 1)) >= 0;
      return words.bold()
          && !bold
          && words.size() > size * 0.9f
          && words.lines() <= 2
          && text.length() <= BOLD_HEADING_AT_MOST
          && !sentence;
    }

    int level(Item.Words words) {
      return Math.clamp(headingSizes.indexOf(rank(words)) + 1, 1, LEVELS);
    }
  }
}
