package dev.gimbal.platform.text.sensitive;

import dev.gimbal.platform.text.sensitive.Match.Tail;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Keys of well-known forms, what a `Bearer` carries, passwords in addresses, private keys, and
/// what looks drawn by lot behind a word such as `key`.
final class Secrets {
  private static final List<String> FORMS =
      List.of(
          "sk-",
          "sk_",
          "pk_",
          "rk_",
          "gmb_",
          "gsk_",
          "xai-",
          "hf_",
          "npm_",
          "pypi-",
          "ghp_",
          "gho_",
          "ghu_",
          "ghs_",
          "ghr_",
          "github_pat_",
          "glpat-",
          "xoxa-",
          "xoxb-",
          "xoxp-",
          "xoxr-",
          "xoxs-",
          "xapp-",
          "AIza",
          "ya29.",
          "SG.",
          "dop_v1_",
          "shpat_",
          "LTAI",
          "r8_",
          "dckr_pat_",
          "sq0",
          "EAAA",
          "AGE-SECRET-KEY-",
          "hvs.",
          "lin_api_",
          "ntn_",
          "secret_",
          "PMAK-",
          "tfp_",
          "fo1_",
          "vercel_",
          "dapi",
          "dp.pt.",
          "nvapi-",
          "pplx-",
          "AKID",
          "key-",
          "rubygems_",
          "sntrys_",
          "whsec_",
          "eyJ");

  private static final String[][] BY_FIRST = new String['z' - 'A' + 1][];

  static {
    for (int i = 0; i < BY_FIRST.length; i++) {
      char first = (char) ('A' + i);
      BY_FIRST[i] = FORMS.stream().filter(form -> form.charAt(0) == first).toArray(String[]::new);
    }
  }

  private static final int SHORTEST = 16;
  private static final int SHORTEST_STRETCH = 10;
  private static final int LONGER_THAN_WORDS = 24;
  private static final int AWS = 20;
  private static final int LONGEST_WORD = 40;
  private static final int LONGEST_VALUE = 128;
  private static final double BITS = 3.0;
  private static final List<String> PASSWORDS =
      List.of("password", "passwd", "passphrase", "passcode", "pwd", "privatekey");
  private static final List<String> KEYS =
      List.of("key", "token", "secret", "credential", "credentials", "authorization", "signature");
  /// Of the words for passwords and keys.
  private static final String LAST_LETTERS = "deyntsl";

  private static final String TOKEN = "_-.~+/=";
  private static final String NAMED = " \t:=\"'`\\是为";
  private static final String STOPS = " \t\r\n\"'`,;)}]>，。；、）】」\\";

  private Secrets() {}

  /// Beginnings of known forms that may be a whole word in small letters.
  static Stream<String> inSmallLetters() {
    return FORMS.stream().filter(form -> form.chars().allMatch(c -> c >= 'a' && c <= 'z'));
  }

  /// Words that name a secret, alone or at the end of a name.
  static Stream<String> names() {
    return Stream.concat(PASSWORDS.stream(), KEYS.stream());
  }

  /// What a name says of its value.
  enum Kind {
    PASSWORD,
    KEY,
    NONE
  }

  static Kind kind(String name) {
    StringBuilder letters = new StringBuilder(name.length());
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (c != '_' && c != '-') {
        letters.append(Character.toLowerCase(c));
      }
    }
    String plain = letters.toString();
    return ends(plain, PASSWORDS) ? Kind.PASSWORD : ends(plain, KEYS) ? Kind.KEY : Kind.NONE;
  }

  private static boolean ends(String name, List<String> words) {
    for (String word : words) {
      if (name.endsWith(word)) {
        return true;
      }
    }
    return false;
  }

  /// Whether a value behind such a name is a secret.
  static boolean secret(Kind kind, String value) {
    return switch (kind) {
      case NONE -> false;
      case PASSWORD -> value.length() >= 4 && !plainWord(value);
      case KEY -> value.length() >= 12 && drawn(value);
    };
  }

  /// What begins with a word.
  ///
  /// @param wordEnd behind its letters and digits
  static @Nullable Match at(Text text, int place, int wordEnd) {
    Match form = form(text, place);
    if (form != null) {
      return form;
    }
    char next = text.at(wordEnd);
    if (next == ' ' && text.lower(place) == 'b') {
      if (text.goesOn(place, "bearer ")) {
        return carried(text, place + 7, 8);
      }
      if (text.goesOn(place, "basic ")) {
        return carried(text, place + 6, 12);
      }
    }
    int end = wordEnd;
    while (next == '-' && end - place < LONGEST_WORD && (text.wordAt(end) || text.at(end) == '-')) {
      end++;
    }
    boolean name =
        !text.wordAt(end)
            && NAMED.indexOf(text.at(end)) >= 0
            && LAST_LETTERS.indexOf(text.lower(end - 1)) >= 0;
    return name ? named(text, place, end, null) : null;
  }

  /// What begins with a Chinese word for it.
  static @Nullable Match han(Text text, int place) {
    char next = text.at(place + 1);
    return switch (text.at(place)) {
      case '密' ->
          next == '码' || next == '碼'
              ? named(text, place, place + 2, Kind.PASSWORD)
              : next == '钥' || next == '鑰' ? named(text, place, place + 2, Kind.KEY) : null;
      case '口' -> next == '令' ? named(text, place, place + 2, Kind.PASSWORD) : null;
      default -> null;
    };
  }

  /// The password in `scheme://user:password@host`.
  static @Nullable Match inAddress(Text text, int colon) {
    if (text.at(colon + 1) != '/' || text.at(colon + 2) != '/') {
      return null;
    }
    int start = -1;
    for (int i = colon + 3; i < colon + LONGEST_VALUE; i++) {
      char c = text.at(i);
      if (c == '@') {
        return start > 0 && i > start ? Match.of(start, i, Entity.SECRET) : null;
      }
      if (c == Text.NONE || c == '/' || c == '?' || STOPS.indexOf(c) >= 0) {
        return null;
      }
      if (c == ':' && start < 0) {
        start = i + 1;
      }
    }
    return null;
  }

  /// A private key in its armour, to its end or to the end of the text.
  static @Nullable Match armoured(Text text, int place) {
    if (!text.goesOn(place, "-----begin ")) {
      return null;
    }
    int next = place + 11;
    while (next - place < 60 && (Text.letter(text.at(next)) || text.at(next) == ' ')) {
      next++;
    }
    boolean key = text.goesOn(next - 4, " key") || text.goesOn(next - 4, "lock");
    if (!key || !text.goesOn(next, "-----")) {
      return null;
    }
    return new Match(place, next + 5, Entity.SECRET, Tail.ARMOUR);
  }

  /// What the secret that goes on at a place goes on with behind it; [Tail#NONE]: it ended.
  static Tail goesOn(Text text, int place, Tail tail) {
    char c = text.at(place);
    boolean on =
        switch (tail) {
          case NONE -> false;
          case KEY -> c == '.' ? Text.word(text.at(place + 1)) : inKey(c);
          case TOKEN -> token(c);
          case VALUE -> value(c);
          case ARMOUR -> true;
          case ARMOUR_END -> c != '\n';
        };
    if (!on) {
      return Tail.NONE;
    }
    return tail == Tail.ARMOUR && c == '-' && text.goesOn(place, "-----end ")
        ? Tail.ARMOUR_END
        : tail;
  }

  private static @Nullable Match form(Text text, int place) {
    if (text.at(place) == 'A' && (text.is(place, "AKIA") || text.is(place, "ASIA"))) {
      int end = place;
      while (end - place <= AWS && (text.digitAt(end) || Text.capital(text.at(end)))) {
        end++;
      }
      return end - place == AWS && !text.wordAt(end) ? Match.of(place, end, Entity.SECRET) : null;
    }
    char first = text.at(place);
    if (first < 'A' || first > 'z') {
      return null;
    }
    for (String form : BY_FIRST[first - 'A']) {
      if (text.is(place, form)) {
        return formed(text, place, place + form.length());
      }
    }
    return null;
  }

  /// A key has a digit and, somewhere, a long stretch without a join: a name with hyphens has none.
  private static @Nullable Match formed(Text text, int place, int from) {
    int end = from;
    int stretch = 0;
    int longest = 0;
    boolean digit = false;
    while (end - from < LONGEST_VALUE && inKey(text.at(end))) {
      char c = text.at(end++);
      digit |= Text.digit(c);
      stretch = Text.digit(c) || Text.letter(c) ? stretch + 1 : 0;
      longest = Math.max(longest, stretch);
    }
    if (!digit || longest < SHORTEST_STRETCH || end - place < SHORTEST) {
      return null;
    }
    if (end - from == LONGEST_VALUE) {
      return new Match(place, end, Entity.SECRET, Tail.KEY);
    }
    while (text.at(end - 1) == '.') {
      end--;
    }
    return Match.of(place, end, Entity.SECRET);
  }

  private static boolean inKey(char c) {
    return Text.word(c) || c == '-' || c == '.';
  }

  private static @Nullable Match carried(Text text, int from, int shortest) {
    int start = blanks(text, from);
    int end = start;
    boolean drawn = false;
    while (end - start < LONGEST_VALUE && token(text.at(end))) {
      char c = text.at(end++);
      drawn |= Text.digit(c) || c == '=' || c == '_';
    }
    if (end - start < shortest || (!drawn && end - start < LONGER_THAN_WORDS)) {
      return null;
    }
    Tail tail = end - start == LONGEST_VALUE ? Tail.TOKEN : Tail.NONE;
    return new Match(start, end, Entity.SECRET, tail);
  }

  /// @param known what the name in `[place, from)` says; null: its letters tell
  private static @Nullable Match named(Text text, int place, int from, @Nullable Kind known) {
    int next = blanks(text, quote(text, from));
    if (text.at(next) == '是' || text.at(next) == '为') {
      next++;
    } else if (text.goesOn(next, "is ")) {
      next += 3;
    } else if (text.at(next) == ':' || text.at(next) == '=') {
      next += text.at(next + 1) == '=' || text.at(next + 1) == '>' ? 2 : 1;
    } else {
      return null;
    }
    int start = quote(text, blanks(text, next));
    int end = start;
    while (end - start < LONGEST_VALUE && value(text.at(end))) {
      end++;
    }
    Tail tail = end - start == LONGEST_VALUE ? Tail.VALUE : Tail.NONE;
    while (tail == Tail.NONE
        && end > start
        && (text.at(end - 1) == '.' || text.at(end - 1) == '!')) {
      end--;
    }
    Kind kind = known == null ? kind(text.original(place, from)) : known;
    if (kind == Kind.NONE || !secret(kind, text.original(start, end))) {
      return null;
    }
    return new Match(start, end, Entity.SECRET, tail);
  }

  private static int blanks(Text text, int from) {
    int next = from;
    while (next - from < 4 && (text.at(next) == ' ' || text.at(next) == '\t')) {
      next++;
    }
    return next;
  }

  /// Behind a quotation mark, also one that is escaped.
  private static int quote(Text text, int from) {
    int next = text.at(from) == '\\' ? from + 1 : from;
    char c = text.at(next);
    return c == '"' || c == '\'' || c == '`' ? next + 1 : from;
  }

  private static boolean token(char c) {
    return Text.word(c) || (c != Text.NONE && TOKEN.indexOf(c) >= 0);
  }

  private static boolean value(char c) {
    return c != Text.NONE && STOPS.indexOf(c) < 0 && c != '<' && c != '{' && c != '[';
  }

  /// A word of one's language: what documentation puts there.
  private static boolean plainWord(String value) {
    return value.codePoints().allMatch(Character::isLetter)
        && value.equals(value.toLowerCase(Locale.ROOT));
  }

  /// Whether letters and digits are mixed as by lot: three bits a character or more.
  private static boolean drawn(String value) {
    int[] counts = new int[128];
    boolean digit = false;
    boolean letter = false;
    int length = Math.min(value.length(), 128);
    for (int i = 0; i < length; i++) {
      char c = value.charAt(i);
      digit |= Text.digit(c);
      letter |= Text.letter(c);
      counts[c & 127]++;
    }
    double bits = 0;
    for (int count : counts) {
      if (count > 0) {
        double share = (double) count / length;
        bits -= share * Math.log(share) / Math.log(2);
      }
    }
    return digit && letter && bits >= BITS;
  }
}
