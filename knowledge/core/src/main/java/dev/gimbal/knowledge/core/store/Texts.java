package dev.gimbal.knowledge.core.store;

import java.util.ArrayList;
import java.util.List;

/// Care for texts that come from outside.
public final class Texts {
  private static final int SHOWN = 100;

  private Texts() {}

  /// The text with what PostgreSQL cannot keep (U+0000, half surrogates) as U+FFFD: as many code
  /// points as before, so ranges stay true.
  public static String storable(String text) {
    StringBuilder mended = null;
    for (int at = 0; at < text.length(); at++) {
      char character = text.charAt(at);
      boolean pair =
          Character.isHighSurrogate(character)
              && at + 1 < text.length()
              && Character.isLowSurrogate(text.charAt(at + 1));
      if (pair) {
        at++;
      } else if (character == 0 || Character.isSurrogate(character)) {
        if (mended == null) {
          mended = new StringBuilder(text);
        }
        mended.setCharAt(at, '\uFFFD');
      }
    }
    return mended == null ? text : mended.toString();
  }

  /// A caller's text as a message shows it: quoted and cut.
  public static String shown(String text) {
    return '"' + (text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "…") + '"';
  }

  /// The text in parts of so many code points, the last one shorter.
  static List<String> parts(String text, int codePoints) {
    List<String> parts = new ArrayList<>();
    int from = 0;
    while (from < text.length()) {
      int to = from;
      for (int taken = 0; taken < codePoints && to < text.length(); taken++) {
        to += Character.charCount(text.codePointAt(to));
      }
      parts.add(text.substring(from, to));
      from = to;
    }
    return parts;
  }
}
