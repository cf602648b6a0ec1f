package dev.gimbal.gateway.guard;

import dev.gimbal.gateway.guard.InjectionWords.Order;
import dev.gimbal.platform.text.sensitive.Text;
import dev.gimbal.platform.text.sensitive.WordSet;
import java.util.Arrays;

/// Finds attempts to take a model over by the order of their words, by text that hides, and by
/// images whose address carries data out. Words are folded first, and read a second time with
/// digits as the letters they look like. One look at each character and, for a word that matters,
/// one at each order.
final class InjectionMatcher implements Matcher {
  /// A finding is no longer.
  private static final int SPAN = 300;

  private static final Order[] ORDERS = InjectionWords.ORDERS.toArray(Order[]::new);

  /// No order has more words.
  private static final int STAGES = 4;

  private static final int HIDING = 6;
  private static final int HIDING_TAGS = 16;
  private static final char TAG = '\uDB40';
  private static final String LEET_FROM = "013457@$!";
  private static final String LEET_TO = "oieastasi";
  private static final String IMAGE = "image_exfiltration";
  private static final String HIDDEN = "hidden_text";

  private final int guard;
  private final int[] reached = new int[ORDERS.length * STAGES];
  private final int[] starts = new int[ORDERS.length * STAGES];
  private final char[] han = new char[InjectionWords.LONGEST_HAN];
  private final int[] hanPlaces = new int[InjectionWords.LONGEST_HAN];
  private int hanCount;
  private int words;
  private int wordStart = -1;
  private long hash;
  private long leet;
  private boolean leeted;
  private int next;
  private int hiding;
  private int hidingStart;
  private boolean reported;

  InjectionMatcher(int guard) {
    this.guard = guard;
    Arrays.fill(reached, Integer.MIN_VALUE / 2);
  }

  @Override
  public int mostHeld() {
    return SPAN + Text.FORWARD;
  }

  @Override
  public int advance(Text text, boolean ended, Findings findings) {
    while (next < text.end()) {
      char raw = text.raw(next);
      if (hiding == 0 && small(raw)) {
        letters(text);
        continue;
      }
      if (raw == '!' || raw == '<') {
        text.anchor(next);
        int end = image(text, next);
        if (text.touched() && !ended) {
          break;
        }
        if (end > 0) {
          findings.found(next, end, guard, IMAGE, false);
        }
      }
      character(raw, findings);
      next++;
    }
    if (ended) {
      endWord(next, findings);
      return next;
    }
    return decided();
  }

  /// The common case of [#character]: the small letters from here on. A whole word that can be none
  /// of those that matter is only counted.
  private void letters(Text text) {
    int end = text.end();
    int at = next + 1;
    while (at < end && small(text.raw(at))) {
      at++;
    }
    boolean whole = wordStart < 0 && at < end && parts(text.raw(at));
    if (whole && !InjectionWords.mayMatter(text.raw(next), text.raw(at - 1), at - next)) {
      words++;
      next = at;
      return;
    }
    if (wordStart < 0) {
      beginWord();
    }
    for (int place = next; place < at; place++) {
      char c = text.raw(place);
      hash = WordSet.next(hash, c);
      leet = leeted ? WordSet.next(leet, c) : leet;
    }
    next = at;
  }

  private static boolean parts(char c) {
    return c == ' ' || c == ',' || c == '.' || c == '\n';
  }

  private static boolean small(char c) {
    return c >= 'a' && c <= 'z';
  }

  private int decided() {
    int first = wordStart >= 0 ? wordStart : next;
    if (hiding > 0 && !reported) {
      first = Math.min(first, hidingStart);
    }
    for (int i = 0; i < reached.length; i++) {
      boolean live = words - reached[i] <= ORDERS[i / STAGES].gap() && next - starts[i] <= SPAN;
      if (live && starts[i] < first) {
        first = starts[i];
      }
    }
    return Math.max(first, next - SPAN);
  }

  private void character(char raw, Findings findings) {
    if (raw >= 0x80 || hiding > 0) {
      hides(raw, findings);
    }
    char c = Folding.fold(raw);
    if (c >= 'a' && c <= 'z') {
      if (wordStart < 0) {
        beginWord();
      }
      hash = WordSet.next(hash, c);
      leet = leeted ? WordSet.next(leet, c) : leet;
    } else if (c != Folding.NOTHING) {
      noLetter(c, findings);
    }
  }

  private void beginWord() {
    wordStart = next;
    hash = WordSet.begin();
    leeted = false;
  }

  private void noLetter(char c, Findings findings) {
    if (c >= 0x4E00 && c <= 0x9FFF) {
      endWord(next, findings);
      han(c, findings);
      return;
    }
    int alike = c < 0x80 ? LEET_FROM.indexOf(c) : -1;
    if (Folding.inWord(c) || (alike >= 0 && wordStart >= 0 && c != '!')) {
      if (wordStart < 0) {
        beginWord();
      }
      if (!leeted) {
        leeted = true;
        leet = hash;
      }
      hash = WordSet.next(hash, c);
      leet = WordSet.next(leet, alike >= 0 ? LEET_TO.charAt(alike) : c);
    } else if (c != '\'') {
      endWord(next, findings);
      hanCount = 0;
    }
  }

  private void endWord(int end, Findings findings) {
    if (wordStart < 0) {
      return;
    }
    words++;
    int sorts = InjectionWords.sorts(hash) | (leeted ? InjectionWords.sorts(leet) : 0);
    if (sorts != 0) {
      step(sorts, wordStart, end, findings);
    }
    wordStart = -1;
  }

  private void han(char c, Findings findings) {
    int last = InjectionWords.LONGEST_HAN - 1;
    System.arraycopy(han, 1, han, 0, last);
    System.arraycopy(hanPlaces, 1, hanPlaces, 0, last);
    han[last] = c;
    hanPlaces[last] = next;
    hanCount = Math.min(hanCount + 1, InjectionWords.LONGEST_HAN);
    words += hanCount & 1;
    for (int length = 2; length <= hanCount; length++) {
      long word = WordSet.begin();
      for (int i = InjectionWords.LONGEST_HAN - length; i <= last; i++) {
        word = WordSet.next(word, han[i]);
      }
      int sorts = InjectionWords.sorts(word);
      if (sorts != 0) {
        step(sorts, hanPlaces[InjectionWords.LONGEST_HAN - length], next + 1, findings);
      }
    }
  }

  private void step(int sorts, int start, int end, Findings findings) {
    for (int i = 0; i < ORDERS.length; i++) {
      Order order = ORDERS[i];
      int last = order.sorts().length - 1;
      for (int stage = last; stage >= 0; stage--) {
        if ((sorts & order.sorts()[stage]) == 0) {
          continue;
        }
        int at = i * STAGES + stage;
        boolean follows = stage == 0 || follows(at - 1, order.gap());
        int from = stage == 0 ? start : starts[at - 1];
        if (!follows || end - from > SPAN) {
          continue;
        }
        if (stage == last) {
          findings.found(from, end, guard, order.kind(), false);
        } else {
          reached[at] = words;
          starts[at] = from;
        }
      }
    }
  }

  private boolean follows(int at, int gap) {
    int apart = words - reached[at];
    return apart >= 0 && apart <= gap;
  }

  private void hides(char c, Findings findings) {
    boolean override = c == '\u202D' || c == '\u202E';
    boolean tag = c == TAG || (hiding > 0 && c >= '\uDC00' && c <= '\uDC7F');
    boolean invisible =
        tag || (Character.getType(c) == Character.FORMAT && c != '\u00AD' && c != '\u200D');
    if (!invisible) {
      hiding = 0;
      reported = false;
      return;
    }
    if (hiding == 0) {
      hidingStart = next;
    }
    hiding++;
    if (reported) {
      findings.found(next, next + 1, guard, HIDDEN, true);
    } else if (override || hiding >= (tag ? HIDING_TAGS : HIDING)) {
      findings.found(hidingStart, next + 1, guard, HIDDEN, false);
      reported = true;
    }
  }

  /// Behind an image in Markdown or HTML whose address has a query with a value; 0: none begins.
  private static int image(Text text, int place) {
    int at = place;
    if (text.at(place) == '!') {
      if (text.at(place + 1) != '[') {
        return 0;
      }
      at = place + 2;
      while (at - place < 160 && text.at(at) != ']' && text.at(at) != Text.NONE) {
        at++;
      }
      if (text.at(at) != ']' || text.at(at + 1) != '(') {
        return 0;
      }
      at += 2;
    } else {
      if (!word(text, place + 1, "img ")) {
        return 0;
      }
      at = place + 5;
      while (at - place < 160 && !word(text, at, "src=") && text.at(at) != Text.NONE) {
        at++;
      }
      at += 4;
      at += text.at(at) == '"' || text.at(at) == '\'' ? 1 : 0;
    }
    return word(text, at, "http") ? query(text, place, at) : 0;
  }

  private static int query(Text text, int place, int from) {
    int at = from;
    boolean question = false;
    boolean value = false;
    while (at - place < Text.FORWARD - 1) {
      char c = text.at(at);
      if (c == Text.NONE || c == ')' || c == '"' || c == '\'' || c == '>' || c == ' ') {
        break;
      }
      question |= c == '?';
      value |= question && c == '=';
      at++;
    }
    return value ? Math.min(at + 1, text.end()) : 0;
  }

  private static boolean word(Text text, int place, String word) {
    for (int i = 0; i < word.length(); i++) {
      if (text.lower(place + i) != word.charAt(i)) {
        return false;
      }
    }
    return true;
  }
}
