package dev.gimbal.gateway.injection;

/// What the models see of a text: hashed words, pairs and triples of words, words at the start of
/// a sentence, four and five characters within a word, for each word in its order. Width, case,
/// invisible characters, lookalikes, "1gn0r3" and "i g n o r e" are undone before. Linear in the
/// text, no allocation beyond a buffer. One instance reads one text; not thread-safe.
///
/// The hashing trick is Weinberger et al., "Feature Hashing for Large Scale Multitask Learning"
/// (2009), without signs.
public final class Features {
  /// How many feature numbers there are, as a power of two.
  public static final int BITS = 18;

  /// Told of each word and its features, in order.
  public interface Sink {
    /// @param number of 0 to 2^[#BITS] - 1
    void feature(int number);

    /// All features since the last end were of one word.
    void endOfWord();
  }

  private static final int MASK = (1 << BITS) - 1;
  private static final int LONGEST_WORD = 24;
  private static final int SHORTEST_WITH_GRAMS = 4;
  private static final int LONGEST_SIGN = 4;
  private static final int FEWEST_SPACED = 4;
  private static final int START = 0x5bd1e995;
  private static final int PAIR = 0x2545f491;
  private static final int TRIPLE = 0x61c88647;
  private static final int SKIP = 0x7feb352d;
  private static final int GRAM = 0x1b873593;
  private static final int SIGN = 0x3243f6a9;
  private static final int MARK = 0x13198a2f;

  private final Sink sink;
  private final char[] word = new char[LONGEST_WORD];
  private final char[] spaced = new char[LONGEST_WORD];
  private int length;
  private int letters;
  private int digits;
  private boolean latin;
  private boolean foreign;
  private boolean hidden;
  private int spacedLength;
  private int signLength;
  private int signHash;
  private boolean sentenceStart = true;
  private int before;
  private int twoBefore;

  /// @param sink told of the features, on the thread that calls [#read]
  public Features(Sink sink) {
    this.sink = sink;
  }

  /// Reads a whole text.
  public void read(CharSequence text) {
    int size = text.length();
    char last = ' ';
    for (int at = 0; at < size; at++) {
      char raw = text.charAt(at);
      if (Folding.invisible(raw)) {
        hidden |= length > 0;
        continue;
      }
      char read = Folding.plain(raw);
      accept(read, last, at + 1 < size ? text.charAt(at + 1) : ' ');
      last = read;
    }
    endSign();
    endWord();
    endSpaced();
  }

  private void accept(char read, char last, char next) {
    if (read < 0x80 ? letterOrDigit(read) : Character.isLetterOrDigit(read)) {
      endSign();
      if (Folding.ideograph(read)) {
        endWord();
        endSpaced();
        emitIdeograph(read);
      } else append(read);
    } else if ((read == '@' || read == '$') && length > 0 && Character.isLetter(next)) append(read);
    else if ((read == '\'' || read == 0x2019) && length > 0) return;
    else if (read == ' ' || read == '\n' || read == '\t' || read == '\r') space(read, last);
    else sign(read);
  }

  private static boolean letterOrDigit(char read) {
    return (read >= 'a' && read <= 'z') || (read >= '0' && read <= '9');
  }

  private void append(char read) {
    if (length < LONGEST_WORD) word[length++] = read;
    if (read >= '0' && read <= '9') digits++;
    else letters++;
    if (read >= 'a' && read <= 'z') latin = true;
    else if (read >= 0x80) foreign = true;
  }

  private void space(char read, char last) {
    endSign();
    endWord();
    if (last == ' ' || read == '\n') endSpaced();
    if (read == '\n') sentenceStart = true;
  }

  private void sign(char read) {
    endWord();
    if (read != '-' && read != '.' && read != '_' && read != '*') endSpaced();
    if (endsSentence(read)) sentenceStart = true;
    if (read == '.' || read == ',') return;
    if (signLength < LONGEST_SIGN) signHash = mix(signHash * 31 + read);
    signLength++;
  }

  private static boolean endsSentence(char read) {
    return read == '.'
        || read == '!'
        || read == '?'
        || read == ':'
        || read == ';'
        || read == '。'
        || read == '、'
        || read == '"'
        || read == '“'
        || read == '”';
  }

  /// Two signs or more stand as a word: "###", "<|", "]]"; a single one says too little.
  private void endSign() {
    if (signLength >= 2) emit(SIGN ^ signHash);
    signLength = 0;
    signHash = 0;
  }

  private void endWord() {
    if (length == 0) return;
    if (letters > 0 && digits > 0) unleet();
    if (latin && foreign) unmask();
    if (length == 1 && latin) {
      if (spacedLength < LONGEST_WORD) spaced[spacedLength++] = word[0];
    } else endSpaced();
    if (letters == 0) emit(MARK + 1);
    else {
      if (hidden) sink.feature(number(MARK + 2));
      emitWord(word, length);
    }
    length = 0;
    letters = 0;
    digits = 0;
    latin = false;
    foreign = false;
    hidden = false;
  }

  private void unleet() {
    for (int at = 0; at < length; at++) {
      char meant = Folding.leet(word[at]);
      if (meant != 0) word[at] = meant;
    }
  }

  private void unmask() {
    boolean masked = false;
    for (int at = 0; at < length; at++) {
      char meant = Folding.lookalike(word[at]);
      if (meant != 0) {
        word[at] = meant;
        masked = true;
      }
    }
    if (masked) sink.feature(number(MARK + 3));
  }

  /// "i g n o r e" is one word too.
  private void endSpaced() {
    int count = spacedLength;
    spacedLength = 0;
    if (count < FEWEST_SPACED) return;
    sink.feature(number(MARK + 4));
    emitWord(spaced, count);
  }

  private void emitIdeograph(char read) {
    emit(mix(read * 0x9e3779b1));
  }

  private void emitWord(char[] of, int size) {
    int hash = 0x811c9dc5;
    for (int at = 0; at < size; at++) hash = (hash ^ of[at]) * 0x01000193;
    if (size >= SHORTEST_WITH_GRAMS) grams(of, size);
    emit(mix(hash));
  }

  private void grams(char[] of, int size) {
    for (int from = -1; from + 4 <= size + 1; from++) {
      int hash = GRAM;
      for (int at = from; at < from + 4; at++) hash = hash * 0x01000193 ^ edge(of, at, size);
      sink.feature(number(hash));
      if (from + 5 <= size + 1) sink.feature(number(hash * 0x01000193 ^ edge(of, from + 4, size)));
    }
  }

  private static char edge(char[] of, int at, int size) {
    return at < 0 || at >= size ? '_' : of[at];
  }

  private void emit(int hash) {
    sink.feature(number(hash));
    if (sentenceStart) sink.feature(number(hash * 31 + START));
    sink.feature(number(hash * 31 + before * PAIR));
    sink.feature(number(hash * 31 + before * PAIR + twoBefore * TRIPLE));
    sink.feature(number(hash * 31 + twoBefore * SKIP + 1));
    sentenceStart = false;
    twoBefore = before;
    before = hash;
    sink.endOfWord();
  }

  private static int number(int hash) {
    return mix(hash) & MASK;
  }

  private static int mix(int hash) {
    int mixed = hash;
    mixed ^= mixed >>> 16;
    mixed *= 0x85ebca6b;
    mixed ^= mixed >>> 13;
    mixed *= 0xc2b2ae35;
    return mixed ^ (mixed >>> 16);
  }
}
