package dev.gimbal.observability.core.redaction;

import org.jspecify.annotations.Nullable;

/// Puts labels in place of what the patterns know in one text. One pass, each pattern begins at its
/// own kind of character and looks no further than a constant or than what it takes away: linear
/// time, whatever the text. For one thread.
final class Scanner {
  private static final int UUID = 36;

  private final Text text;

  Scanner(String text) {
    this.text = new Text(text);
  }

  String redacted() {
    StringBuilder out = null;
    int copied = 0;
    int next = 0;
    while (next < text.length()) {
      Match match = match(next, copied);
      if (match == null) {
        next++;
      } else if (match.label() == null) {
        next = match.end();
      } else {
        out = out == null ? new StringBuilder(text.length()) : out;
        out.append(text.original(copied, match.start())).append(match.label());
        copied = match.end();
        next = copied;
      }
    }
    return out == null
        ? text.original(0, text.length())
        : out.append(text.original(copied, text.length())).toString();
  }

  /// How many characters were looked at, each time counted.
  long looked() {
    return text.looked();
  }

  private @Nullable Match match(int place, int floor) {
    char c = text.at(place);
    return switch (c) {
      case '@' -> Addresses.mail(text, place, floor);
      case ':' -> Secrets.inAddress(text, place);
      case '-' -> Secrets.armoured(text, place);
      case '+', '(' -> Numbers.at(text, place);
      case '密', '口' -> Secrets.han(text, place);
      default -> Text.word(c) && !text.wordAt(place - 1) ? word(c, place, floor) : null;
    };
  }

  private @Nullable Match word(char c, int place, int floor) {
    if (uuid(place)) {
      return new Match(place, place + UUID, null);
    }
    if (Text.digit(c)) {
      Match address = Addresses.ipv4(text, place);
      Match known = address == null ? Addresses.ipv6(text, place) : address;
      return orMail(known == null ? Numbers.at(text, place) : known, floor);
    }
    Match secret = Secrets.at(text, place);
    if (secret != null) {
      return secret;
    }
    Match account = Addresses.account(text, place);
    return account == null ? Addresses.ipv6(text, place) : account;
  }

  /// A number that is the name of a mailbox.
  private @Nullable Match orMail(@Nullable Match number, int floor) {
    if (number == null || text.at(number.end()) != '@') {
      return number;
    }
    Match mail = Addresses.mail(text, number.end(), floor);
    return mail == null ? number : mail;
  }

  private boolean uuid(int place) {
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
