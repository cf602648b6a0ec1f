package dev.gimbal.gateway.injection;

/// Characters as what they are meant to be read as: width and case folded, lookalikes of other
/// scripts and of digits put back into Latin. The lookalikes are the common ones of Unicode's
/// confusables (UTS 39), not all.
final class Folding {
  private static final String LOOKALIKES =
      "аaбbвbгrеeёeзeиuкkмmнhоoпnрpсcтtуyхxьbіiїiјjѕsԁdԛqԝwһhӏlάaαaβbγyεeηnιiκkνvοoρpτtυuχxωwıiɡgɑa";
  private static final String LEET = "0o1i3e4a5s7t8b@a$s";
  private static final int TABLE = 0x600;
  private static final char[] LATIN = new char[TABLE];

  static {
    for (int at = 0; at < LOOKALIKES.length(); at += 2)
      LATIN[LOOKALIKES.charAt(at)] = LOOKALIKES.charAt(at + 1);
  }

  private Folding() {}

  /// Lower case and of usual width; accents stay.
  static char plain(char read) {
    if (read < 0x80) return read >= 'A' && read <= 'Z' ? (char) (read + 32) : read;
    if (read >= 0xff01 && read <= 0xff5e) return plain((char) (read - 0xfee0));
    if (read == 0x3000 || read == 0xa0) return ' ';
    return Character.toLowerCase(read);
  }

  /// The Latin letter that looks like this one, or 0.
  static char lookalike(char folded) {
    return folded < TABLE ? LATIN[folded] : 0;
  }

  /// The letter that a digit or sign stands for in "1gn0r3", or 0.
  static char leet(char folded) {
    int at = LEET.indexOf(folded);
    return at >= 0 && at % 2 == 0 ? LEET.charAt(at + 1) : 0;
  }

  /// Is drawn as nothing: zero-width, direction, soft hyphen, variation selectors.
  static boolean invisible(char read) {
    return read == 0xad
        || (read >= 0x200b && read <= 0x200f)
        || (read >= 0x202a && read <= 0x202e)
        || (read >= 0x2060 && read <= 0x206f)
        || (read >= 0xfe00 && read <= 0xfe0f)
        || read == 0xfeff
        || read == 0x180e;
  }

  /// Written without spaces between words: each character is a word of its own here.
  static boolean ideograph(char read) {
    return (read >= 0x3040 && read <= 0x30ff)
        || (read >= 0x3400 && read <= 0x9fff)
        || (read >= 0xac00 && read <= 0xd7af)
        || (read >= 0x0e00 && read <= 0x0e7f);
  }
}
