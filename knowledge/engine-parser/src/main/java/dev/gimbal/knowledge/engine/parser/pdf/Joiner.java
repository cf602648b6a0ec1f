package dev.gimbal.knowledge.engine.parser.pdf;

/// Joins the lines of a paragraph: a hyphen at a line's end is undone, Chinese lines need no
/// space.
final class Joiner {
  private Joiner() {}

  static void join(StringBuilder words, String line) {
    if (words.isEmpty() || line.isEmpty()) {
      words.append(line);
      return;
    }
    int last = words.codePointBefore(words.length());
    int first = line.codePointAt(0);
    boolean hyphen = last == '-' || last == 0x2010 || last == 0xad;
    boolean letterBefore =
        words.length() > 1 && Character.isLetter(words.codePointBefore(words.length() - 1));
    if (hyphen && letterBefore && Character.isLowerCase(first)) {
      words.setLength(words.length() - 1);
    } else if (!(ideographic(last) && ideographic(first))) {
      words.append(' ');
    }
    words.append(line);
  }

  static boolean ideographic(int point) {
    return Character.isIdeographic(point)
        || (point >= 0x3000 && point <= 0x30ff)
        || (point >= 0xff00 && point <= 0xffef);
  }
}
