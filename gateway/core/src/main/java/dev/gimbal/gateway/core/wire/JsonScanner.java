package dev.gimbal.gateway.core.wire;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Walks over JSON that comes in pieces, cut anywhere, and tells a [JsonSink] what it passes,
/// without building anything. Strict: RFC 8259 in strict UTF-8, one value, a byte order mark
/// allowed in front. For one document and one thread at a time; [#reset] makes it fit for the next.
///
/// A pushdown machine: `path` holds for each open container the symbol of the field (or `ELEMENT`)
/// that is being read in it, `state` what may come next. Only the first `CAPTURE` bytes of a text
/// are kept, decoded; they are what fields are recognised by, escapes included.
final class JsonScanner {
  /// A field that is none of the names.
  static final int OTHER = -1;

  /// A value in an array.
  static final int ELEMENT = -2;

  /// Deeper than any call, and shallow enough that a hostile one costs nothing.
  static final int DEEPEST = 512;

  private static final int CAPTURE = 512;

  private static final long BLANKS = EightBytes.of(' ');
  private static final long QUOTES = EightBytes.of('"');
  private static final long SLASHES = EightBytes.of('\\');

  private enum State {
    START,
    VALUE,
    VALUE_OR_END,
    NAME_OR_END,
    NAME,
    COLON,
    AFTER,
    TEXT,
    ESCAPE,
    UNICODE,
    NUMBER,
    LITERAL,
    DONE
  }

  /// What of a number has been read; a number may end where `ends` says so.
  private enum Digits {
    SIGN(false),
    ZERO(true),
    WHOLE(true),
    POINT(false),
    FRACTION(true),
    EXPONENT(false),
    EXPONENT_SIGN(false),
    POWER(true);

    private final boolean ends;

    Digits(boolean ends) {
      this.ends = ends;
    }
  }

  private static final byte[][] LITERALS = {
    "true".getBytes(StandardCharsets.US_ASCII),
    "false".getBytes(StandardCharsets.US_ASCII),
    "null".getBytes(StandardCharsets.US_ASCII)
  };

  private final byte[][] names;
  private final JsonSink sink;
  private final byte[] kept = new byte[CAPTURE];
  private int[] path = new int[16];
  private boolean[] objects = new boolean[16];

  private State state = State.START;
  private int depth;
  private long offset;
  private long tokenStart;
  private boolean tokenIsName;
  private int keptBytes;
  private boolean overflowed;
  private Digits digits = Digits.SIGN;
  private byte[] literal = LITERALS[0];
  private int matched;
  private int markBytes;
  private int hexDigits;
  private int unit;
  private int highSurrogate;
  private int moreBytes;
  private int lowest = 0x80;
  private int highest = 0xBF;

  /// @param names the fields to be told apart, as [#names] made them
  JsonScanner(JsonSink sink, byte[][] names) {
    this.sink = sink;
    this.names = names;
  }

  /// Names in the form in which they are compared: made once, not for each document.
  static byte[][] names(String... names) {
    byte[][] bytes = new byte[names.length][];
    for (int i = 0; i < names.length; i++) {
      bytes[i] = names[i].getBytes(StandardCharsets.UTF_8);
    }
    return bytes;
  }

  /// Forgets everything: the next byte is the first of a new document.
  void reset() {
    state = State.START;
    depth = 0;
    offset = 0;
    markBytes = 0;
    moreBytes = 0;
    highSurrogate = 0;
  }

  /// How many containers are open.
  int depth() {
    return depth;
  }

  /// What is being read in the open container number `level`, from 0: a name's symbol or
  /// [#ELEMENT].
  int at(int level) {
    return path[level];
  }

  /// Whether the document so far is whole: more could only be white space.
  boolean complete() {
    return state == State.DONE;
  }

  /// Bytes of the byte order mark in front, 0 or 3.
  int markBytes() {
    return markBytes;
  }

  /// Beginning of the last text, number or literal, decoded.
  String captured() {
    int end = keptBytes;
    if (overflowed) {
      while (end > 0 && (kept[end - 1] & 0xC0) == 0x80) {
        end--;
      }
      if (end > 0 && kept[end - 1] < 0) {
        end--;
      }
    }
    return new String(kept, 0, end, StandardCharsets.UTF_8);
  }

  /// Whether [#captured] lacks the rest of a long text.
  boolean overflowed() {
    return overflowed;
  }

  boolean capturedIs(byte[] text) {
    return !overflowed && Arrays.equals(kept, 0, keptBytes, text, 0, text.length);
  }

  /// Reads the next bytes.
  void feed(byte[] bytes, int from, int to) throws MalformedJsonException {
    long origin = offset - from;
    int i = from;
    while (i < to) {
      if (state == State.TEXT) {
        i = text(bytes, i, to, origin);
      } else {
        i = one(bytes[i], origin + i) ? i + 1 : i;
      }
    }
    offset = origin + to;
  }

  /// Says that no more bytes come.
  void finish() throws MalformedJsonException {
    if (state == State.NUMBER && depth == 0 && digits.ends) {
      endPlain(offset);
    }
    if (state != State.DONE) {
      throw new MalformedJsonException("ends too early", offset);
    }
  }

  /// @return whether the byte was used up
  private boolean one(byte b, long at) throws MalformedJsonException {
    switch (state) {
      case START -> start(b, at);
      case VALUE -> value(b, at, false);
      case VALUE_OR_END -> value(b, at, true);
      case NAME_OR_END -> nameOr(b, at, true);
      case NAME -> nameOr(b, at, false);
      case COLON -> colon(b, at);
      case AFTER -> after(b, at);
      case ESCAPE -> escape(b, at);
      case UNICODE -> unicode(b, at);
      case NUMBER -> {
        return number(b, at);
      }
      case LITERAL -> literal(b, at);
      case DONE -> {
        if (!blank(b)) {
          throw new MalformedJsonException("something stands behind the value", at);
        }
      }
      case TEXT -> throw new IllegalStateException("text is read in runs");
    }
    return true;
  }

  private void start(byte b, long at) throws MalformedJsonException {
    if (at == markBytes && markBytes < 3 && b == mark(markBytes)) {
      markBytes++;
      return;
    }
    if (markBytes == 1 || markBytes == 2) {
      throw new MalformedJsonException("broken byte order mark", at);
    }
    if (!blank(b)) {
      state = State.VALUE;
      value(b, at, false);
    }
  }

  private static byte mark(int place) {
    return (byte) (place == 0 ? 0xEF : place == 1 ? 0xBB : 0xBF);
  }

  private void value(byte b, long at, boolean orEnd) throws MalformedJsonException {
    if (blank(b)) {
      return;
    }
    switch (b) {
      case '{' -> open(true, at);
      case '[' -> open(false, at);
      case '"' -> beginText(at, false);
      case ']' -> {
        if (!orEnd) {
          throw new MalformedJsonException("a value is missing", at);
        }
        close(false, at);
      }
      case 't' -> beginLiteral(LITERALS[0], at);
      case 'f' -> beginLiteral(LITERALS[1], at);
      case 'n' -> beginLiteral(LITERALS[2], at);
      default -> beginNumber(b, at);
    }
  }

  private void open(boolean object, long at) throws MalformedJsonException {
    if (depth == DEEPEST) {
      throw new MalformedJsonException("nested deeper than " + DEEPEST, at);
    }
    sink.begin(object, at);
    if (depth == path.length) {
      path = Arrays.copyOf(path, depth * 2);
      objects = Arrays.copyOf(objects, depth * 2);
    }
    path[depth] = object ? OTHER : ELEMENT;
    objects[depth] = object;
    depth++;
    state = object ? State.NAME_OR_END : State.VALUE_OR_END;
  }

  private void close(boolean object, long at) throws MalformedJsonException {
    if (objects[depth - 1] != object) {
      throw new MalformedJsonException("the wrong bracket closes", at);
    }
    depth--;
    afterValue();
    sink.end(object, at + 1);
  }

  private void afterValue() {
    state = depth == 0 ? State.DONE : State.AFTER;
  }

  private void nameOr(byte b, long at, boolean orEnd) throws MalformedJsonException {
    if (blank(b)) {
      return;
    }
    if (b == '"') {
      beginText(at, true);
    } else if (b == '}' && orEnd) {
      close(true, at);
    } else {
      throw new MalformedJsonException("a field's name is missing", at);
    }
  }

  private void colon(byte b, long at) throws MalformedJsonException {
    if (b == ':') {
      state = State.VALUE;
    } else if (!blank(b)) {
      throw new MalformedJsonException("a colon is missing", at);
    }
  }

  private void after(byte b, long at) throws MalformedJsonException {
    if (blank(b)) {
      return;
    }
    if (b == ',') {
      state = objects[depth - 1] ? State.NAME : State.VALUE;
    } else if (b == '}' || b == ']') {
      close(b == '}', at);
    } else {
      throw new MalformedJsonException("a comma is missing", at);
    }
  }

  private void beginText(long at, boolean isName) {
    tokenStart = at;
    tokenIsName = isName;
    keptBytes = 0;
    overflowed = false;
    state = State.TEXT;
  }

  /// Reads a run of a text and whatever ends the run.
  private int text(byte[] bytes, int from, int to, long origin) throws MalformedJsonException {
    int i = moreBytes == 0 ? behindPlain(bytes, from, to) : from;
    while (i < to) {
      byte b = bytes[i];
      if (b < 0) {
        utf8(b, origin + i);
      } else if (moreBytes > 0) {
        throw new MalformedJsonException("broken UTF-8", origin + i);
      } else if (b == '"' || b == '\\') {
        keep(bytes, from, i);
        if (b == '"') {
          endText(origin + i + 1);
        } else {
          state = State.ESCAPE;
        }
        return i + 1;
      } else if (b < 0x20) {
        throw new MalformedJsonException("a control character in a text", origin + i);
      } else {
        i = behindPlain(bytes, i + 1, to);
        continue;
      }
      i++;
    }
    keep(bytes, from, i);
    return i;
  }

  /// Behind the bytes from a place on that are ASCII and mean nothing in a text, eight at a time:
  /// tests for a byte less than or equal to another within a word are those of Anderson, "Bit
  /// Twiddling Hacks". Not necessarily behind all of them.
  private static int behindPlain(byte[] bytes, int from, int to) {
    int at = from;
    while (at + Long.BYTES <= to) {
      long word = EightBytes.at(bytes, at);
      long special =
          word
              | EightBytes.below(word, BLANKS)
              | EightBytes.are(word, QUOTES)
              | EightBytes.are(word, SLASHES);
      if ((special & EightBytes.FOUND) != 0) {
        return at;
      }
      at += Long.BYTES;
    }
    return at;
  }

  private void utf8(byte b, long at) throws MalformedJsonException {
    int value = b & 0xFF;
    if (moreBytes > 0) {
      if (value < lowest || value > highest) {
        throw new MalformedJsonException("broken UTF-8", at);
      }
      moreBytes--;
      lowest = 0x80;
      highest = 0xBF;
    } else if (value >= 0xC2 && value <= 0xDF) {
      moreBytes = 1;
    } else if (value >= 0xE0 && value <= 0xEF) {
      moreBytes = 2;
      lowest = value == 0xE0 ? 0xA0 : 0x80;
      highest = value == 0xED ? 0x9F : 0xBF;
    } else if (value >= 0xF0 && value <= 0xF4) {
      moreBytes = 3;
      lowest = value == 0xF0 ? 0x90 : 0x80;
      highest = value == 0xF4 ? 0x8F : 0xBF;
    } else {
      throw new MalformedJsonException("broken UTF-8", at);
    }
  }

  private void keep(byte[] bytes, int from, int to) {
    if (from == to) {
      return;
    }
    loneSurrogate();
    int fits = Math.min(to - from, CAPTURE - keptBytes);
    System.arraycopy(bytes, from, kept, keptBytes, fits);
    keptBytes += fits;
    overflowed |= fits < to - from;
  }

  private void keepCodePoint(int codePoint) {
    byte[] bytes = Character.toString(codePoint).getBytes(StandardCharsets.UTF_8);
    int fits = bytes.length <= CAPTURE - keptBytes && !overflowed ? bytes.length : 0;
    System.arraycopy(bytes, 0, kept, keptBytes, fits);
    keptBytes += fits;
    overflowed |= fits == 0;
  }

  private void loneSurrogate() {
    if (highSurrogate != 0) {
      highSurrogate = 0;
      keepCodePoint(0xFFFD);
    }
  }

  private void escape(byte b, long at) throws MalformedJsonException {
    if (b == 'u') {
      state = State.UNICODE;
      hexDigits = 0;
      unit = 0;
      return;
    }
    loneSurrogate();
    keepCodePoint(
        switch (b) {
          case '"', '\\', '/' -> b;
          case 'b' -> '\b';
          case 'f' -> '\f';
          case 'n' -> '\n';
          case 'r' -> '\r';
          case 't' -> '\t';
          default -> throw new MalformedJsonException("an unknown escape", at);
        });
    state = State.TEXT;
  }

  private void unicode(byte b, long at) throws MalformedJsonException {
    int digit = b < 0 ? -1 : Character.digit((char) b, 16);
    if (digit < 0) {
      throw new MalformedJsonException("a broken escape", at);
    }
    unit = unit << 4 | digit;
    if (++hexDigits < 4) {
      return;
    }
    state = State.TEXT;
    char read = (char) unit;
    if (highSurrogate != 0 && Character.isLowSurrogate(read)) {
      int whole = Character.toCodePoint((char) highSurrogate, read);
      highSurrogate = 0;
      keepCodePoint(whole);
      return;
    }
    loneSurrogate();
    if (Character.isHighSurrogate(read)) {
      highSurrogate = read;
    } else {
      keepCodePoint(Character.isLowSurrogate(read) ? 0xFFFD : read);
    }
  }

  private void endText(long behind) {
    loneSurrogate();
    if (tokenIsName) {
      int symbol = symbol();
      path[depth - 1] = symbol;
      state = State.COLON;
      sink.name(symbol, tokenStart);
    } else {
      afterValue();
      sink.text(tokenStart, behind);
    }
  }

  private int symbol() {
    for (int i = 0; i < names.length; i++) {
      if (capturedIs(names[i])) {
        return i;
      }
    }
    return OTHER;
  }

  private void beginLiteral(byte[] word, long at) {
    tokenStart = at;
    literal = word;
    matched = 1;
    state = State.LITERAL;
  }

  private void literal(byte b, long at) throws MalformedJsonException {
    if (b != literal[matched]) {
      throw new MalformedJsonException("not a value", at);
    }
    if (++matched == literal.length) {
      System.arraycopy(literal, 0, kept, 0, literal.length);
      keptBytes = literal.length;
      overflowed = false;
      endPlain(at + 1);
    }
  }

  private void beginNumber(byte b, long at) throws MalformedJsonException {
    if (b == '-') {
      digits = Digits.SIGN;
    } else if (b >= '0' && b <= '9') {
      digits = b == '0' ? Digits.ZERO : Digits.WHOLE;
    } else {
      throw new MalformedJsonException("not a value", at);
    }
    tokenStart = at;
    kept[0] = b;
    keptBytes = 1;
    overflowed = false;
    state = State.NUMBER;
  }

  private boolean number(byte b, long at) throws MalformedJsonException {
    boolean digit = b >= '0' && b <= '9';
    @Nullable Digits next =
        switch (digits) {
          case SIGN -> digit ? (b == '0' ? Digits.ZERO : Digits.WHOLE) : null;
          case ZERO -> digit ? null : behindWhole(b);
          case WHOLE -> digit ? Digits.WHOLE : behindWhole(b);
          case POINT -> digit ? Digits.FRACTION : null;
          case FRACTION -> digit ? Digits.FRACTION : exponent(b) ? Digits.EXPONENT : null;
          case EXPONENT ->
              digit ? Digits.POWER : b == '+' || b == '-' ? Digits.EXPONENT_SIGN : null;
          case EXPONENT_SIGN, POWER -> digit ? Digits.POWER : null;
        };
    if (next == null) {
      if (!digits.ends || digit) {
        throw new MalformedJsonException("a broken number", at);
      }
      endPlain(at);
      return false;
    }
    digits = next;
    if (keptBytes < CAPTURE) {
      kept[keptBytes++] = b;
    } else {
      overflowed = true;
    }
    return true;
  }

  private static @Nullable Digits behindWhole(byte b) {
    return b == '.' ? Digits.POINT : exponent(b) ? Digits.EXPONENT : null;
  }

  private static boolean exponent(byte b) {
    return b == 'e' || b == 'E';
  }

  private void endPlain(long behind) {
    afterValue();
    sink.plain(tokenStart, behind);
  }

  private static boolean blank(byte b) {
    return b == ' ' || b == '\n' || b == '\r' || b == '\t';
  }
}
