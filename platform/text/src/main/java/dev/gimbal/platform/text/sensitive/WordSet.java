package dev.gimbal.platform.text.sensitive;

/// A fixed set of words that is asked by the characters of a text, without making a string. Words
/// are told apart by 64 bits of FNV-1a (Fowler, Noll, Vo): of a few thousand words and a billion
/// questions none is expected to be answered wrongly. Case of ASCII does not count. Thread-safe.
public final class WordSet {
  private static final long BASIS = 0xcbf29ce484222325L;
  private static final long PRIME = 0x100000001b3L;

  private final long[] table;

  /// @param words parted by white space
  public WordSet(String words) {
    String[] each = words.strip().split("\\s+");
    this.table = new long[Integer.highestOneBit(Math.max(8, each.length * 4))];
    for (String word : each) {
      long hash = of(word);
      int slot = slot(hash);
      while (table[slot] != 0 && table[slot] != hash) {
        slot = slot + 1 & table.length - 1;
      }
      table[slot] = hash;
    }
  }

  /// Begins the hash of a word.
  public static long begin() {
    return BASIS;
  }

  /// Goes on with a hash.
  public static long next(long hash, char c) {
    char small = c >= 'A' && c <= 'Z' ? (char) (c + ('a' - 'A')) : c;
    return (hash ^ small) * PRIME;
  }

  /// The hash of a whole word.
  public static long of(String word) {
    long hash = BASIS;
    for (int i = 0; i < word.length(); i++) {
      hash = next(hash, word.charAt(i));
    }
    return hash;
  }

  /// Whether the word of this hash is in the set.
  public boolean has(long hash) {
    int slot = slot(hash);
    while (table[slot] != 0) {
      if (table[slot] == hash) {
        return true;
      }
      slot = slot + 1 & table.length - 1;
    }
    return false;
  }

  private int slot(long hash) {
    return (int) (hash ^ hash >>> 32) & table.length - 1;
  }
}
