package dev.gimbal.knowledge.engine.parser.text;

import dev.gimbal.knowledge.api.ParsedDocument.Kind;
import dev.gimbal.knowledge.engine.parser.draft.Draft;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.commonmark.ext.gfm.tables.TableBlock;
import org.commonmark.ext.gfm.tables.TablesExtension;
import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.Block;
import org.commonmark.node.Code;
import org.commonmark.node.FencedCodeBlock;
import org.commonmark.node.HardLineBreak;
import org.commonmark.node.Heading;
import org.commonmark.node.HtmlBlock;
import org.commonmark.node.IndentedCodeBlock;
import org.commonmark.node.ListItem;
import org.commonmark.node.Node;
import org.commonmark.node.Paragraph;
import org.commonmark.node.SoftLineBreak;
import org.commonmark.node.Text;
import org.commonmark.parser.IncludeSourceSpans;
import org.commonmark.parser.Parser;
import org.jspecify.annotations.Nullable;

/// Markdown: the source is the text, so that ranges point into it. Every block of it begins a
/// line; what belongs to none (rules, definitions of links, a lone `>`) goes with the block
/// above it.
public final class Markdown {
  private static final Parser PARSER =
      Parser.builder()
          .extensions(List.of(TablesExtension.create()))
          .includeSourceSpans(IncludeSourceSpans.BLOCKS)
          .maxOpenBlockParsers(100)
          .build();

  private Markdown() {}

  private record Piece(Kind kind, int start, int line, int level, @Nullable String heading) {}

  /// Writes the source to the draft.
  public static void read(String source, Draft draft) {
    String text = Draft.clean(source);
    int body = FrontMatter.read(text, draft);
    List<Piece> pieces = new ArrayList<>();
    if (body > 0) {
      pieces.add(new Piece(Kind.PARAGRAPH, 0, 1, 0, null));
    }
    int linesBefore = (int) text.substring(0, body).chars().filter(c -> c == '\n').count();
    Node document = PARSER.parse(text.substring(body));
    document.accept(new Collector(text, body, linesBefore, pieces));
    int base = draft.raw(text);
    if (pieces.isEmpty() || !text.substring(0, pieces.getFirst().start()).isBlank()) {
      pieces.addFirst(new Piece(Kind.PARAGRAPH, 0, 1, 0, null));
    }
    for (int i = 0; i < pieces.size(); i++) {
      Piece piece = pieces.get(i);
      int end = i + 1 < pieces.size() ? pieces.get(i + 1).start() : text.length();
      draft.at(PlainText.line(piece.line()));
      draft.mark(piece.kind(), base + piece.start(), base + end, piece.level(), piece.heading());
      if (piece.heading() != null && piece.level() == 1) {
        draft.title(piece.heading());
      }
    }
  }

  /// Notes where each block that holds text begins.
  private static final class Collector extends AbstractVisitor {
    private final String text;
    private final int body;
    private final int linesBefore;
    private final List<Piece> pieces;

    Collector(String text, int body, int linesBefore, List<Piece> pieces) {
      this.text = text;
      this.body = body;
      this.linesBefore = linesBefore;
      this.pieces = pieces;
    }

    @Override
    public void visit(Heading heading) {
      add(heading, Kind.HEADING, heading.getLevel(), words(heading));
    }

    @Override
    public void visit(Paragraph paragraph) {
      add(paragraph, inList(paragraph) ? Kind.LIST_ITEM : Kind.PARAGRAPH, 0, null);
    }

    @Override
    public void visit(FencedCodeBlock code) {
      add(code, Kind.CODE, 0, null);
    }

    @Override
    public void visit(IndentedCodeBlock code) {
      add(code, Kind.CODE, 0, null);
    }

    @Override
    public void visit(HtmlBlock html) {
      add(html, Kind.PARAGRAPH, 0, null);
    }

    @Override
    public void visit(org.commonmark.node.CustomBlock block) {
      if (block instanceof TableBlock) {
        add(block, Kind.TABLE, 0, null);
      } else {
        visitChildren(block);
      }
    }

    private static boolean inList(Node node) {
      for (Node up = node.getParent(); up != null; up = up.getParent()) {
        if (up instanceof ListItem) {
          return true;
        }
      }
      return false;
    }

    private void add(Block block, Kind kind, int level, @Nullable String heading) {
      if (block.getSourceSpans().isEmpty()) {
        return;
      }
      int at = body + block.getSourceSpans().getFirst().getInputIndex();
      int start = text.lastIndexOf('\n', at - 1) + 1;
      int line = linesBefore + block.getSourceSpans().getFirst().getLineIndex() + 1;
      if (pieces.isEmpty() || pieces.getLast().start() < start) {
        pieces.add(new Piece(kind, start, line, level, heading));
      }
    }

    private static String words(Node node) {
      StringBuilder words = new StringBuilder();
      node.accept(
          new AbstractVisitor() {
            @Override
            public void visit(Text literal) {
              words.append(literal.getLiteral());
            }

            @Override
            public void visit(Code literal) {
              words.append(literal.getLiteral());
            }

            @Override
            public void visit(SoftLineBreak lineBreak) {
              words.append(' ');
            }

            @Override
            public void visit(HardLineBreak lineBreak) {
              words.append(' ');
            }
          });
      return words.toString().strip();
    }
  }

  /// The `name: value` lines between two `---` that some sources begin with.
  private static final class FrontMatter {
    private FrontMatter() {}

    /// Where the body begins; 0 if there is no front matter.
    static int read(String text, Draft draft) {
      if (!text.startsWith("---\n")) {
        return 0;
      }
      int end = text.indexOf("\n---\n", 3);
      if (end < 0) {
        return 0;
      }
      String[] lines = text.substring(4, Math.max(4, end)).split("\n", -1);
      for (String line : lines) {
        value(line, "title").ifPresent(draft::title);
        for (String name : List.of("author", "date", "description")) {
          value(line, name).ifPresent(value -> draft.metadata(name, value));
        }
      }
      return end + 5;
    }

    private static Optional<String> value(String line, String name) {
      if (!line.startsWith(name + ":")) {
        return Optional.empty();
      }
      String value = line.substring(name.length() + 1).strip();
      boolean quoted =
          value.length() >= 2
              && (value.startsWith("\"") || value.startsWith("'"))
              && value.endsWith(value.substring(0, 1));
      return Optional.of(quoted ? value.substring(1, value.length() - 1) : value);
    }
  }
}
