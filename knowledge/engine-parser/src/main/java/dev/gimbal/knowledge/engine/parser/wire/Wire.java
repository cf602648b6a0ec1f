package dev.gimbal.knowledge.engine.parser.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gimbal.knowledge.api.KnowledgeError;
import dev.gimbal.knowledge.api.Locator;
import dev.gimbal.knowledge.api.ParsedDocument;
import dev.gimbal.knowledge.api.ParsedDocument.Block;
import dev.gimbal.knowledge.api.ParsedDocument.Kind;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Requests and replies as bytes. Reading checks all that [ParsedDocument] promises of its
/// blocks.
public final class Wire {
  private static final int HEADINGS_AT_MOST = 64;

  private Wire() {}

  /// A request as bytes.
  public static byte[] write(Request request) {
    return bytes(
        out -> {
          text(out, request.file());
          text(out, request.fileName());
          out.writeInt(request.textCharactersAtMost());
          out.writeInt(request.pagesAtMost());
        });
  }

  /// The request that the bytes hold.
  public static Request readRequest(byte[] bytes) throws IOException {
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
    return new Request(text(in), text(in), in.readInt(), in.readInt());
  }

  /// A reply as bytes.
  public static byte[] write(Reply reply) {
    return bytes(
        out -> {
          switch (reply) {
            case Reply.Parsed(ParsedDocument document) -> {
              out.writeBoolean(true);
              document(out, document);
            }
            case Reply.Refused(KnowledgeError error, String reason) -> {
              out.writeBoolean(false);
              text(out, error.name());
              text(out, reason);
            }
          }
        });
  }

  /// The reply that the bytes hold.
  ///
  /// @throws IOException if they end early
  /// @throws IllegalArgumentException if they hold no reply that keeps its promises
  public static Reply readReply(byte[] bytes) throws IOException {
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes));
    if (in.readBoolean()) {
      return new Reply.Parsed(document(in));
    }
    return new Reply.Refused(KnowledgeError.valueOf(text(in)), text(in));
  }

  private static void document(DataOutputStream out, ParsedDocument document) throws IOException {
    text(out, document.format());
    text(out, document.title());
    text(out, document.text());
    out.writeInt(document.metadata().size());
    for (Map.Entry<String, String> entry : document.metadata().entrySet()) {
      text(out, entry.getKey());
      text(out, entry.getValue());
    }
    out.writeInt(document.blocks().size());
    List<String> before = List.of();
    for (Block block : document.blocks()) {
      block(out, block, before);
      before = block.headings();
    }
  }

  private static ParsedDocument document(DataInputStream in) throws IOException {
    String format = text(in);
    String title = text(in);
    String text = text(in);
    Map<String, String> metadata = new HashMap<>();
    for (int count = count(in); count > 0; count--) {
      metadata.put(text(in), text(in));
    }
    List<Block> blocks = new ArrayList<>();
    int length = text.codePointCount(0, text.length());
    int end = 0;
    List<String> headings = List.of();
    for (int count = count(in); count > 0; count--) {
      Block block = block(in, headings);
      if (block.start() < end || block.end() > length) {
        throw new IllegalArgumentException("blocks overlap or pass the text");
      }
      end = block.end();
      headings = block.headings();
      blocks.add(block);
    }
    return new ParsedDocument(format, title, text, blocks, metadata);
  }

  private static void block(DataOutputStream out, Block block, List<String> before)
      throws IOException {
    text(out, block.kind().name());
    out.writeInt(block.start());
    out.writeInt(block.end());
    out.writeByte(block.level());
    boolean same = block.headings().equals(before);
    out.writeBoolean(same);
    if (!same) {
      out.writeByte(block.headings().size());
      for (String heading : block.headings()) {
        text(out, heading);
      }
    }
    Locator locator = block.locator();
    number(out, locator.page());
    number(out, locator.slide());
    optional(out, locator.sheet());
    optional(out, locator.cells());
    number(out, locator.line());
  }

  private static Block block(DataInputStream in, List<String> before) throws IOException {
    Kind kind = Kind.valueOf(text(in));
    int start = in.readInt();
    int end = in.readInt();
    int level = in.readUnsignedByte();
    List<String> headings = before;
    if (!in.readBoolean()) {
      headings = new ArrayList<>();
      int count = in.readUnsignedByte();
      if (count > HEADINGS_AT_MOST) {
        throw new IllegalArgumentException("too many headings");
      }
      for (; count > 0; count--) {
        headings.add(text(in));
      }
    }
    Locator locator =
        new Locator(
            number(in),
            number(in),
            optional(in),
            optional(in),
            headings.isEmpty() ? null : String.join(" > ", headings),
            number(in));
    return new Block(kind, start, end, level, headings, locator);
  }

  private static void number(DataOutputStream out, @Nullable Integer value) throws IOException {
    out.writeInt(value == null ? 0 : value);
  }

  private static @Nullable Integer number(DataInputStream in) throws IOException {
    int value = in.readInt();
    return value == 0 ? null : (Integer) value;
  }

  private static void optional(DataOutputStream out, @Nullable String value) throws IOException {
    text(out, value == null ? "" : value);
  }

  private static @Nullable String optional(DataInputStream in) throws IOException {
    String value = text(in);
    return value.isEmpty() ? null : value;
  }

  private static void text(DataOutputStream out, String value) throws IOException {
    byte[] bytes = value.getBytes(UTF_8);
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  private static String text(DataInputStream in) throws IOException {
    int length = count(in);
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new EOFException();
    }
    return new String(bytes, UTF_8);
  }

  private static int count(DataInputStream in) throws IOException {
    int count = in.readInt();
    if (count < 0) {
      throw new IllegalArgumentException("a count of " + count);
    }
    return count;
  }

  @FunctionalInterface
  private interface Writer {
    void write(DataOutputStream out) throws IOException;
  }

  private static byte[] bytes(Writer writer) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      writer.write(out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }
}
