package dev.gimbal.knowledge.core.chunking;

import dev.gimbal.platform.text.Tokens;

/// Estimates from above into how many word pieces a BERT vocabulary cuts a text. The vocabulary
/// itself belongs to a model, and which models embed a chunk is not known here.
final class WordPieces {

  /// Letters of a Latin word that one piece holds at least, for a first piece and for later ones.
  private static final int FIRST_PIECE = 6;

  private static final int LATER_PIECE = 3;

  private WordPieces() {}

  static int estimate(String text) {
    return estimate(text, 0, text.length());
  }

  /// Of the text between two indexes into the string.
  static int estimate(String text, int start, int end) {
    int pieces = 0;
    int letters = 0;
    int digits = 0;
    for (int at = start; at < end; ) {
      int codePoint = text.codePointAt(at);
      at += Character.charCount(codePoint);
      if (plainLetter(codePoint)) {
        pieces += ofDigits(digits);
        digits = 0;
        letters++;
      } else if (codePoint >= '0' && codePoint <= '9') {
        digits++;
      } else {
        pieces += ofWord(letters, digits);
        letters = 0;
        digits = 0;
        pieces += Character.isWhitespace(codePoint) ? 0 : ofOther(codePoint);
      }
    }
    return pieces + ofWord(letters, digits);
  }

  private static int ofWord(int letters, int digits) {
    return ofLetters(letters) + ofDigits(digits);
  }

  private static int ofLetters(int letters) {
    if (letters == 0) {
      return 0;
    }
    return letters <= FIRST_PIECE ? 1 : 1 + (letters - FIRST_PIECE + LATER_PIECE - 1) / LATER_PIECE;
  }

  private static int ofDigits(int digits) {
    return (digits + 1) / 2;
  }

  private static int ofOther(int codePoint) {
    // Beyond the basic alphabets a character may be cut off its word, and an ideograph always is.
    return Tokens.ideographic(codePoint) || codePoint < 0x2000 ? 1 : 2;
  }

  private static boolean plainLetter(int codePoint) {
    return (codePoint >= 'a' && codePoint <= 'z') || (codePoint >= 'A' && codePoint <= 'Z');
  }
}
