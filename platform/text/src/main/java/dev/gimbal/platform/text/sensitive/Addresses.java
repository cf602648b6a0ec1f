package dev.gimbal.platform.text.sensitive;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Addresses of mail, of machines, and of bank accounts.
final class Addresses {
  private static final String LOCAL = "._%+-'";
  /// RFC 5321: the name of a mailbox has no more characters.
  static final int LONGEST_LOCAL = 64;

  private static final int FIRST_IDEOGRAPH = 0x2E80;
  private static final int LONGEST_IPV6 = 45;
  private static final Set<String> VERSIONS = Set.of("version", "ver", "v", "release", "build");

  /// ISO 13616: each country with the length of its accounts.
  private static final String ACCOUNTS =
      "AD24AE23AL28AT20AZ28BA20BE16BG22BH22BR29BY28CH21CR22CY28CZ24DE22DK18DO28EE20EG29ES24FI18"
          + "FO18FR27GB22GE22GI23GL18GR27GT28HR21HU28IE22IL23IQ23IS26IT27JO30KW30KZ20LB28LC32LI21LT20"
          + "LU20LV21LY25MC27MD24ME22MK19MR27MT31MU30NL18NO15PK24PL28PS29PT25QA29RO24RS22SA24SC31SE24"
          + "SI19SK24SM27ST25SV28TL23TN24TR26UA29VA22VG24XK20";

  private Addresses() {}

  /// @param at where the at sign is
  /// @param floor before it nothing belongs to the address
  static @Nullable Match mail(Text text, int at, int floor) {
    int start = at;
    int least = Math.max(floor, at - LONGEST_LOCAL);
    while (start > least && local(text.at(start - 1))) {
      start--;
    }
    while (start < at && LOCAL.indexOf(text.at(start)) >= 0) {
      start++;
    }
    int end = domain(text, at + 1);
    return start == at || end < 0 ? null : Match.of(start, end, Entity.EMAIL);
  }

  static @Nullable Match ipv4(Text text, int place) {
    if (text.at(place - 1) == '.') {
      return null;
    }
    int next = place;
    for (int group = 0; group < 4; group++) {
      if (group > 0 && text.at(next++) != '.') {
        return null;
      }
      int begin = next;
      int value = 0;
      while (text.digitAt(next) && next - begin < 4) {
        value = value * 10 + text.at(next++) - '0';
      }
      boolean padded = next - begin > 1 && text.at(begin) == '0';
      if (next == begin || value > 255 || padded) {
        return null;
      }
    }
    boolean more =
        text.wordAt(next)
            || ((text.at(next) == '.' || text.at(next) == '-') && text.wordAt(next + 1));
    return more || version(text, place) ? null : Match.of(place, next, Entity.IP);
  }

  static @Nullable Match ipv6(Text text, int place) {
    int end = place;
    int colons = 0;
    int groups = 0;
    int doubled = -1;
    int inGroup = 0;
    boolean digits = false;
    while (end - place < LONGEST_IPV6 && (text.at(end) == ':' || hex(text.at(end)))) {
      if (text.at(end) == ':') {
        colons++;
        if (inGroup == 0 && colons > 1) {
          if (doubled >= 0) {
            return null;
          }
          doubled = end;
        }
        inGroup = 0;
      } else {
        digits |= text.digitAt(end);
        groups += inGroup == 0 ? 1 : 0;
        if (++inGroup > 4) {
          return null;
        }
      }
      end++;
    }
    boolean whole = doubled < 0 ? groups == 8 && colons == 7 : groups <= 7 && groups >= 2;
    int first = 0;
    while (first < 4 && hex(text.at(place + first))) {
      first++;
    }
    return whole && digits && first >= 3 && !text.wordAt(end)
        ? Match.of(place, end, Entity.IP)
        : null;
  }

  static @Nullable Match account(Text text, int place) {
    if (!Text.letter(text.at(place + 1)) || !text.digitAt(place + 2) || !text.digitAt(place + 3)) {
      return null;
    }
    int length = lengthOfAccount(capital(text, place), capital(text, place + 1));
    StringBuilder account = new StringBuilder(length);
    int next = place;
    while (account.length() < length) {
      if (account.length() > 0 && (text.at(next) == ' ' || text.at(next) == '-')) {
        next++;
      }
      char c = capital(text, next++);
      if (!Text.letter(c) && !Text.digit(c)) {
        return null;
      }
      account.append(c);
    }
    return length > 0 && !text.wordAt(next) && CheckDigits.iban(account.toString())
        ? Match.of(place, next, Entity.IBAN)
        : null;
  }

  private static int lengthOfAccount(char first, char second) {
    for (int i = 0; i < ACCOUNTS.length(); i += 4) {
      if (ACCOUNTS.charAt(i) == first && ACCOUNTS.charAt(i + 1) == second) {
        return Integer.parseInt(ACCOUNTS, i + 2, i + 4, 10);
      }
    }
    return 0;
  }

  private static char capital(Text text, int place) {
    char c = text.lower(place);
    return c >= 'a' && c <= 'z' ? (char) (c - 'a' + 'A') : c;
  }

  /// Behind the last label of a domain with letters at its end; -1 if there is none.
  private static int domain(Text text, int from) {
    int next = from;
    int labels = 0;
    int end = -1;
    while (labelCharacter(text.at(next)) && text.at(next) != '-') {
      int begin = next;
      boolean letters = true;
      while (labelCharacter(text.at(next))) {
        letters &= !Text.digit(text.at(next)) && text.at(next) != '-';
        next++;
      }
      labels++;
      if (labels > 1 && letters && next - begin > 1) {
        end = next;
      }
      if (text.at(next) != '.') {
        break;
      }
      next++;
    }
    return end;
  }

  private static boolean version(Text text, int place) {
    int back = place - 1;
    while (place - back < 4 && (text.at(back) == ' ' || text.at(back) == ':')) {
      back--;
    }
    if (text.at(back) == '版' || (text.at(back) == '本' && text.at(back - 1) == '版')) {
      return true;
    }
    StringBuilder word = new StringBuilder();
    while (word.length() < 8 && Text.letter(text.at(back))) {
      word.insert(0, text.lower(back--));
    }
    return VERSIONS.contains(word.toString());
  }

  private static boolean hex(char c) {
    return Text.digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
  }

  static boolean local(char c) {
    return labelCharacter(c) || (c != Text.NONE && LOCAL.indexOf(c) >= 0);
  }

  private static boolean labelCharacter(char c) {
    return Text.digit(c)
        || Text.letter(c)
        || c == '-'
        || (c >= 0xC0 && c < FIRST_IDEOGRAPH && Character.isLetter(c));
  }
}
