package dev.gimbal.platform.text.sensitive;

import dev.gimbal.platform.text.sensitive.Match.Tail;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Finds what the patterns know in one text, whole or in pieces; however it is cut, the findings
/// are the same. One pass, each pattern begins at its own kind of character and looks no further
/// than [Text] lets it: linear time, whatever the text. What is not wanted is looked for all the
/// same where it has digits, so that what is found does not depend on what else is wanted. For
/// one text and one thread.
public final class SensitiveScan {
  /// No more characters than these wait for a decision.
  public static final int MOST_HELD = Text.FORWARD + Addresses.LONGEST_LOCAL;

  private static final int UUID = 36;
  private static final int LONGEST_WORD = 40;

  private final Set<Entity> wanted;
  private final boolean guesses;
  private final boolean hurries;
  private int next;
  private int floor;
  private Tail tail = Tail.NONE;
  private @Nullable Entity open;

  /// Hears what is found, from the beginning to the end; nothing overlaps.
  public interface Sink {
    /// @param more whether it goes on with what was found just before
    void found(int start, int end, Entity entity, boolean more);
  }

  /// @param wanted is not changed any more
  public SensitiveScan(Set<Entity> wanted) {
    this(wanted, true);
  }

  /// @param hurries whether it passes over words in which nothing can begin; a test compares
  SensitiveScan(Set<Entity> wanted, boolean hurries) {
    this.hurries = hurries;
    this.wanted = wanted;
    this.guesses =
        this.wanted.contains(Entity.PERSON)
            || this.wanted.contains(Entity.ADDRESS)
            || this.wanted.contains(Entity.DATE_OF_BIRTH);
  }

  /// Looks at what is there.
  ///
  /// @param ended whether nothing comes any more
  /// @return the place before which everything is decided
  public int advance(Text text, boolean ended, Sink sink) {
    while (next < text.end()) {
      if (hurries && tail == Tail.NONE) {
        next = text.behindDull(next);
        if (next == text.end()) {
          break;
        }
      }
      text.anchor(next);
      if (tail != Tail.NONE) {
        if (!swallow(text, ended, sink)) {
          return next;
        }
        continue;
      }
      Match match = match(text, next, floor);
      if (text.touched() && !ended) {
        return undecided(text);
      }
      if (match == null) {
        next = text.behindWord(next);
      } else {
        take(match, sink);
      }
    }
    return ended ? next : undecided(text);
  }

  private void take(Match match, Sink sink) {
    next = match.end();
    Entity entity = match.entity();
    if (entity == null) {
      return;
    }
    floor = next;
    if (wanted.contains(entity)) {
      sink.found(match.start(), match.end(), entity, false);
    }
    tail = match.tail();
    open = entity;
  }

  /// What may turn out to be the name of a mailbox waits for its sign.
  private int undecided(Text text) {
    text.anchor(next);
    int least = Math.max(floor, next - Addresses.LONGEST_LOCAL);
    int start = next;
    while (start > least && Addresses.local(text.at(start - 1))) {
      start--;
    }
    return start;
  }

  /// @return false if it needs more text to go on
  private boolean swallow(Text text, boolean ended, Sink sink) {
    int end = next;
    while (end < text.end()) {
      text.anchor(end);
      Tail after = Secrets.goesOn(text, end, tail);
      if (text.touched() && !ended) {
        hand(end, sink);
        return false;
      }
      if (after == Tail.NONE) {
        hand(end, sink);
        tail = Tail.NONE;
        return true;
      }
      tail = after;
      end++;
    }
    hand(end, sink);
    return true;
  }

  private void hand(int end, Sink sink) {
    if (end > next && open != null && wanted.contains(open)) {
      sink.found(next, end, open, true);
    }
    next = end;
    floor = end;
  }

  private @Nullable Match match(Text text, int place, int floor) {
    char c = text.at(place);
    return switch (c) {
      case ' ', ',', '.', '\n' -> null;
      case '@' -> Addresses.mail(text, place, floor);
      case ':' -> Secrets.inAddress(text, place);
      case '-' -> Secrets.armoured(text, place);
      case '+', '(' -> Numbers.at(text, place);
      default ->
          c >= 0x80
              ? wide(text, c, place)
              : Text.word(c) && !text.wordAt(place - 1) ? word(text, c, place, floor) : null;
    };
  }

  private @Nullable Match wide(Text text, char c, int place) {
    if (c == '密' || c == '口') {
      return Secrets.han(text, place);
    }
    if (!Text.han(c)) {
      return guesses && Character.isUpperCase(c) ? Guesses.latin(text, place, wanted) : null;
    }
    Match plate = Plates.at(text, place);
    return plate != null || !guesses ? plate : Guesses.han(text, place, wanted);
  }

  private @Nullable Match word(Text text, char c, int place, int floor) {
    if (Text.digit(c)) {
      return uuid(text, place) ? Match.harmless(place, place + UUID) : digits(text, place, floor);
    }
    int end = place;
    boolean digit = false;
    while (end - place < LONGEST_WORD && text.wordAt(end)) {
      digit |= text.digitAt(end++);
    }
    char behind = text.at(end);
    if ((digit || behind == '-') && uuid(text, place)) {
      return Match.harmless(place, place + UUID);
    }
    Match secret = Secrets.at(text, place, end);
    if (secret != null) {
      return secret;
    }
    if (digit || behind == ':' || end - place == 2) {
      Match known = lettered(text, place);
      if (known != null) {
        return known;
      }
    }
    return guesses ? Guesses.latin(text, place, wanted) : null;
  }

  private static @Nullable Match lettered(Text text, int place) {
    Match account = Addresses.account(text, place);
    if (account != null) {
      return account;
    }
    Match address = Addresses.ipv6(text, place);
    return address != null ? address : Codes.at(text, place);
  }

  private @Nullable Match digits(Text text, int place, int floor) {
    Match address = Addresses.ipv4(text, place);
    if (address == null) {
      address = Addresses.ipv6(text, place);
    }
    if (address == null) {
      address = Codes.at(text, place);
    }
    if (address == null && guesses) {
      address = Guesses.digits(text, place, wanted);
    }
    return orMail(text, address == null ? Numbers.at(text, place) : address, floor);
  }

  /// A number that is the name of a mailbox.
  private static @Nullable Match orMail(Text text, @Nullable Match number, int floor) {
    if (number == null || text.at(number.end()) != '@') {
      return number;
    }
    Match mail = Addresses.mail(text, number.end(), floor);
    return mail == null ? number : mail;
  }

  private static boolean uuid(Text text, int place) {
    for (int i = 0; i < UUID; i++) {
      boolean dash = i == 8 || i == 13 || i == 18 || i == 23;
      char c = text.lower(place + i);
      if (dash ? c != '-' : !(Text.digit(c) || (c >= 'a' && c <= 'f'))) {
        return false;
      }
    }
    return !text.wordAt(place + UUID);
  }
}
