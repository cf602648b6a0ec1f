package dev.gimbal.platform.text;

import java.util.Arrays;

/// A text whose offsets are code points, as ranges in documents are. Immutable; costs nothing for
/// a text without characters beyond the basic plane.
public final class CodePoints {
  private final String text;

  /// Code-point offset of each character that takes two chars, ascending.
  private final int[] wide;

  private CodePoints(String text, int[] wide) {
    this.text = text;
    this.wide = wide;
  }

  public static CodePoints of(String text) {
    int[] wide = new int[0];
    int found = 0;
    int length = text.length();
    for (int at = 0; at + 1 < length; at++) {
      if (Character.isSurrogatePair(text.charAt(at), text.charAt(at + 1))) {
        if (found == wide.length) {
          wide = Arrays.copyOf(wide, Math.max(8, found * 2));
        }
        wide[found] = at - found;
        found++;
        at++;
      }
    }
    return new CodePoints(text, Arrays.copyOf(wide, found));
  }

  /// How many code points the text has.
  public int length() {
    return text.length() - wide.length;
  }

  /// The index into the string of a code-point offset, 0 to [#length].
  public int toChar(int codePoint) {
    if (codePoint < 0 || codePoint > length()) {
      throw new IndexOutOfBoundsException(
          "offset must be 0 to " + length() + ", but is " + codePoint);
    }
    return codePoint + before(codePoint);
  }

  /// The code-point offset of an index into the string; inside a pair: that of the pair.
  public int toCodePoint(int index) {
    if (index < 0 || index > text.length()) {
      throw new IndexOutOfBoundsException(
          "index must be 0 to " + text.length() + ", but is " + index);
    }
    int low = 0;
    int high = wide.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      // The pair's second char stands at its offset + pairs before it + 1.
      if (wide[middle] + middle + 1 <= index) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low > 0 && wide[low - 1] + low == index ? wide[low - 1] : index - low;
  }

  /// What stands between two code-point offsets.
  public String substring(int start, int end) {
    return text.substring(toChar(start), toChar(end));
  }

  @Override
  public String toString() {
    return text;
  }

  private int before(int codePoint) {
    int found = Arrays.binarySearch(wide, codePoint);
    return found < 0 ? -found - 1 : found;
  }
}
