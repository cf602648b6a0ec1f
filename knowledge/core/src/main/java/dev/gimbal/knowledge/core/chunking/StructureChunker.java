package dev.gimbal.knowledge.core.chunking;

import dev.gimbal.knowledge.api.Locator;
import dev.gimbal.knowledge.api.ParsedDocument;
import dev.gimbal.knowledge.api.ParsedDocument.Block;
import dev.gimbal.knowledge.api.ParsedDocument.Kind;
import dev.gimbal.platform.text.CodePoints;
import dev.gimbal.platform.text.Languages;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/// Chunks along the structure.
///
/// A section is a heading with what follows up to the next heading, slide or sheet. In a section,
/// blocks that fit are never cut; neighbours are merged into chunks of about equal size near the
/// target. A block that does not fit is cut by [BlockCutter]. A heading with nothing under it but
/// deeper headings makes no chunk: it stands in their context.
final class StructureChunker implements Chunker {

  /// Share of the room that the context may take, so that the text keeps most of it.
  private static final int CONTEXT_SHARE = 4;

  private final ChunkingConfig config;

  StructureChunker(ChunkingConfig config) {
    this.config = config;
  }

  @Override
  public List<Chunk> chunk(ParsedDocument document) {
    CodePoints text = CodePoints.of(document.text());
    List<Chunk> chunks = new ArrayList<>();
    List<List<Block>> sections = sections(document.blocks());
    for (int at = 0; at < sections.size(); at++) {
      List<Block> section = sections.get(at);
      if (!onlyHeads(section, at + 1 < sections.size() ? sections.get(at + 1) : List.of())) {
        // A document that fits into one chunk is one: its parts would only lose each other.
        int target = sections.size() == 1 ? config.mostTokens() : config.targetTokens();
        chunkSection(document, text, section, target, chunks);
      }
    }
    return chunks;
  }

  private static List<List<Block>> sections(List<Block> blocks) {
    List<List<Block>> sections = new ArrayList<>();
    List<Block> current = new ArrayList<>();
    for (Block block : blocks) {
      if (!current.isEmpty() && begins(block, current.getLast())) {
        sections.add(current);
        current = new ArrayList<>();
      }
      current.add(block);
    }
    if (!current.isEmpty()) {
      sections.add(current);
    }
    return sections;
  }

  private static boolean begins(Block block, Block previous) {
    if (block.kind() == Kind.HEADING) {
      return true;
    }
    boolean sameHeadings =
        previous.kind() == Kind.HEADING || block.headings().equals(previous.headings());
    return !sameHeadings
        || !Objects.equals(block.locator().slide(), previous.locator().slide())
        || !Objects.equals(block.locator().sheet(), previous.locator().sheet());
  }

  private static boolean onlyHeads(List<Block> section, List<Block> next) {
    if (section.size() > 1 || section.getFirst().kind() != Kind.HEADING || next.isEmpty()) {
      return false;
    }
    Block following = next.getFirst();
    return following.kind() == Kind.HEADING && following.level() > section.getFirst().level();
  }

  private void chunkSection(
      ParsedDocument document,
      CodePoints text,
      List<Block> section,
      int target,
      List<Chunk> chunks) {
    Block head = section.getFirst();
    boolean headed = head.kind() == Kind.HEADING;
    String heading = headed ? text.substring(head.start(), head.end()) : "";
    List<String> path = section.getLast().headings();
    String inner = context(document.title(), path, "");
    String outer = headed ? context(document.title(), path, heading) : inner;
    int room = config.mostTokens() - WordPieces.estimate(inner);
    int headedRoom = config.mostTokens() - WordPieces.estimate(outer);
    int behindHeading = headedRoom - WordPieces.estimate(heading);
    int roomOfBlock = behindHeading > room / 2 ? Math.min(room, behindHeading) : room;
    BlockCutter cutter = new BlockCutter(text, Math.min(target, roomOfBlock), roomOfBlock);
    List<Piece> pieces = new ArrayList<>();
    for (Block block : section) {
      pieces.addAll(cutter.cut(block));
    }
    for (List<Piece> group : merge(pieces, target, room, headedRoom)) {
      Piece first = group.getFirst();
      int start = first.start();
      int end = group.getLast().end();
      String part = text.substring(start, end);
      String context = first.heading() ? outer : inner;
      String full = first.header().isEmpty() ? context : context + '\n' + first.header();
      chunks.add(
          new Chunk(
              chunks.size(), start, end, part, full.strip(), Languages.of(part), place(group)));
    }
  }

  /// Title and headings, outermost first, each once, without those that the text itself shows; the
  /// outermost headings give way when they would take too much room.
  private String context(String title, List<String> headings, String shown) {
    List<String> path = new ArrayList<>();
    String name = title.strip();
    if (!name.isEmpty() && !headings.contains(name)) {
      path.add(name);
    }
    headings.stream().map(String::strip).filter(line -> !line.isEmpty()).forEach(path::add);
    path.removeIf(shown::contains);
    int room = config.mostTokens() / CONTEXT_SHARE;
    while (path.size() > 1 && WordPieces.estimate(String.join(" > ", path)) > room) {
      path.remove(path.size() > 2 ? 1 : 0);
    }
    String context = String.join(" > ", path);
    return WordPieces.estimate(context) > room ? BlockCutter.cutTo(context, room) : context;
  }

  private List<List<Piece>> merge(List<Piece> pieces, int target, int room, int headedRoom) {
    int total = pieces.stream().mapToInt(Piece::tokens).sum();
    int parts = Math.max(1, Math.ceilDiv(total, target));
    int goal = Math.ceilDiv(total, parts);
    List<List<Piece>> groups = new ArrayList<>();
    List<Piece> group = new ArrayList<>();
    int size = 0;
    for (Piece piece : pieces) {
      boolean fits =
          !group.isEmpty()
              && size + piece.tokens() <= (group.getFirst().heading() ? headedRoom : room)
              && (leads(group) || joins(group.getLast(), piece, size, goal));
      if (!fits && !group.isEmpty()) {
        groups.add(group);
        group = new ArrayList<>();
        size = 0;
      }
      group.add(piece);
      size += piece.tokens();
    }
    if (!group.isEmpty()) {
      groups.add(group);
    }
    return groups;
  }

  private static boolean joins(Piece last, Piece next, int size, int goal) {
    return !last.alone() && !next.alone() && size + next.tokens() / 2 <= goal;
  }

  /// Whether a group is only a heading, which belongs to what comes next.
  private static boolean leads(List<Piece> group) {
    return group.size() == 1 && group.getFirst().heading();
  }

  private static Locator place(List<Piece> group) {
    Piece body = group.size() > 1 && group.getFirst().heading() ? group.get(1) : group.getFirst();
    Locator first = group.getFirst().locator();
    Locator place = body.locator();
    return new Locator(
        first.page(), first.slide(), first.sheet(), place.cells(), place.section(), first.line());
  }
}
