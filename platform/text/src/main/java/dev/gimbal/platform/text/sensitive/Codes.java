package dev.gimbal.platform.text.sensitive;

import org.jspecify.annotations.Nullable;

/// Numbers that states give to persons and firms. One with a form of its own and check digits is
/// known by them; a plain row of digits needs a word in front that says what it is.
final class Codes {
  private static final int LONGEST = 18;
  private static final int NEAR = 48;

  private static final String[] NHS = {"nhs"};
  private static final String[] GERMAN = {"steuer", "idnr", "tax id", "tin"};
  private static final String[] DUTCH = {"bsn", "burgerservice", "sofi"};
  private static final String[] POLISH = {"pesel"};
  private static final String[] CPF = {"cpf"};
  private static final String[] CNPJ = {"cnpj"};
  private static final String[] AADHAAR = {"aadhaar", "aadhar", "uidai"};
  private static final String[] CANADIAN = {"sin", "social insurance", "nas"};
  private static final String[] TFN = {"tfn", "tax file"};
  private static final String[] MEDICARE = {"medicare"};
  private static final String[] JAPANESE = {"my number", "マイナンバー", "個人番号"};
  private static final String[] KOREAN = {"주민등록", "rrn"};
  private static final String[] PASSPORT = {"passport", "护照", "reisepass", "passeport"};

  private Codes() {}

  static @Nullable Match at(Text text, int place) {
    int end = place;
    int digits = 0;
    boolean small = false;
    while (end - place <= LONGEST && text.wordAt(end) && text.at(end) != '_') {
      char c = text.at(end++);
      digits += Text.digit(c) ? 1 : 0;
      small |= Text.letter(c) && !Text.capital(c);
    }
    int length = end - place;
    if (digits == length) {
      return digits == 0 ? null : numbers(text, place);
    }
    if (digits == 0) {
      return length == 2 && !small ? spacedInsurance(text, place) : null;
    }
    if (length > LONGEST || length < 8 || digits < 4 || text.wordAt(end)) {
      return null;
    }
    Entity entity = mixed(text, place, text.original(place, end), small);
    return entity == null ? null : Match.of(place, end, entity);
  }

  private static @Nullable Entity mixed(Text text, int place, String token, boolean small) {
    String code = folded(token);
    if (shaped(code, "LLLLLLDDLDDLDDDL")) {
      return NationalChecks.italian(code) ? Entity.IT_FISCAL_CODE : null;
    }
    if (small) {
      return null;
    }
    if (shaped(code, "LLLLLDDDDL")) {
      return "PCHFATBLJG".indexOf(code.charAt(3)) >= 0 ? Entity.IN_PAN : null;
    }
    if (shaped(code, "DDDDDDDDL")) {
      return NationalChecks.spanish(code) ? Entity.ES_DNI : null;
    }
    if (shaped(code, "LDDDDDDDL")) {
      char first = code.charAt(0);
      if (first >= 'X' && first <= 'Z') {
        return NationalChecks.spanish(code) ? Entity.ES_NIE : null;
      }
      if (NationalChecks.singapore(code)) {
        return Entity.SG_NRIC;
      }
    }
    if (shaped(code, "LLDDDDDDL")) {
      return insurance(code) ? Entity.UK_NINO : null;
    }
    if (code.length() == LONGEST) {
      return NationalChecks.socialCredit(code) ? Entity.CN_SOCIAL_CREDIT_CODE : null;
    }
    boolean passport =
        code.length() <= 9 && Text.letter(code.charAt(0)) && said(text, place, PASSPORT);
    return passport ? Entity.PASSPORT : null;
  }

  private static @Nullable Match numbers(Text text, int place) {
    if (Numbers.after(text, place)) {
      return null;
    }
    Run run = Run.of(text, place, " -./");
    Match dashed = dashedLetter(text, place, run);
    if (dashed != null) {
      return dashed;
    }
    for (int count = run.count(); count > 0; count--) {
      int length = run.length(count);
      int end = run.end(count - 1);
      if (length >= 8 && length <= 15 && Numbers.ends(text, end)) {
        Entity entity = number(text, place, run, count);
        if (entity != null) {
          return Match.of(place, end, entity);
        }
      }
    }
    return null;
  }

  private static @Nullable Entity number(Text text, int place, Run run, int count) {
    String digits = run.digits(count);
    return switch (digits.length()) {
      case 8 -> passport(text, place, run, count, tfn(text, place, digits));
      case 9 -> passport(text, place, run, count, nine(text, place, run, digits));
      case 10 -> ten(text, place, digits);
      case 11 -> eleven(text, place, run, digits);
      case 12 -> twelve(text, place, run, digits);
      case 13 -> korean(text, place, run, digits);
      case 14 -> firm(text, place, run, digits);
      case 15 -> NationalChecks.frenchNir(digits) && !cardLike(run) ? Entity.FR_NIR : null;
      default -> null;
    };
  }

  private static @Nullable Entity korean(Text text, int place, Run run, String digits) {
    boolean form = run.shaped(0, 6, 7) && text.at(place + 6) == '-';
    return NationalChecks.korean(digits) && (form || said(text, place, KOREAN))
        ? Entity.KR_RRN
        : null;
  }

  private static @Nullable Entity firm(Text text, int place, Run run, String digits) {
    boolean form = run.shaped(0, 2, 3, 3, 4, 2) && text.at(place + 10) == '/';
    return NationalChecks.cnpj(digits) && (form || said(text, place, CNPJ)) ? Entity.BR_CNPJ : null;
  }

  /// American Express cards have 15 digits too.
  private static boolean cardLike(Run run) {
    return run.shaped(0, 4, 6, 5);
  }

  private static @Nullable Entity passport(
      Text text, int place, Run run, int count, @Nullable Entity known) {
    return known == null && count == 1 && run.count() > 0 && said(text, place, PASSPORT)
        ? Entity.PASSPORT
        : known;
  }

  private static @Nullable Entity tfn(Text text, int place, String digits) {
    return NationalChecks.tfn(digits) && said(text, place, TFN) ? Entity.AU_TFN : null;
  }

  private static @Nullable Entity nine(Text text, int place, Run run, String digits) {
    if (run.shaped(0, 3, 2, 4) && text.at(place + 3) == '-' && taxpayer(digits)) {
      return Entity.US_ITIN;
    }
    if (NationalChecks.dutch(digits) && said(text, place, DUTCH)) {
      return Entity.NL_BSN;
    }
    if (NationalChecks.sin(digits) && said(text, place, CANADIAN)) {
      return Entity.CA_SIN;
    }
    return tfn(text, place, digits);
  }

  /// IRS: 9 in front, the fourth and fifth digit in certain ranges.
  private static boolean taxpayer(String digits) {
    int group = Integer.parseInt(digits, 3, 5, 10);
    return digits.charAt(0) == '9' && group >= 50 && group != 66 && group != 89 && group != 93;
  }

  private static @Nullable Entity ten(Text text, int place, String digits) {
    if (NationalChecks.nhs(digits) && said(text, place, NHS)) {
      return Entity.UK_NHS;
    }
    return medicare(text, place, digits);
  }

  private static @Nullable Entity medicare(Text text, int place, String digits) {
    return NationalChecks.medicare(digits) && said(text, place, MEDICARE)
        ? Entity.AU_MEDICARE
        : null;
  }

  private static @Nullable Entity eleven(Text text, int place, Run run, String digits) {
    if (NationalChecks.cpf(digits)) {
      boolean form = run.shaped(0, 3, 3, 3, 2) && text.at(place + 11) == '-';
      if (form || said(text, place, CPF)) {
        return Entity.BR_CPF;
      }
    }
    if (NationalChecks.polish(digits) && said(text, place, POLISH)) {
      return Entity.PL_PESEL;
    }
    if (NationalChecks.germanTax(digits) && said(text, place, GERMAN)) {
      return Entity.DE_TAX_ID;
    }
    return medicare(text, place, digits);
  }

  private static @Nullable Entity twelve(Text text, int place, Run run, String digits) {
    if (NationalChecks.aadhaar(digits) && (run.shaped(0, 4, 4, 4) || said(text, place, AADHAAR))) {
      return Entity.IN_AADHAAR;
    }
    return NationalChecks.myNumber(digits) && said(text, place, JAPANESE)
        ? Entity.JP_MY_NUMBER
        : null;
  }

  /// Spain's `12345678-Z`.
  private static @Nullable Match dashedLetter(Text text, int place, Run run) {
    if (!run.shaped(0, 8) || text.at(place + 8) != '-' || text.wordAt(place + 10)) {
      return null;
    }
    char letter = text.at(place + 9);
    return Text.capital(letter) && NationalChecks.spanish(run.digits(1) + letter)
        ? Match.of(place, place + 10, Entity.ES_DNI)
        : null;
  }

  /// The UK's `QQ 12 34 56 C`.
  private static @Nullable Match spacedInsurance(Text text, int place) {
    if (text.at(place + 2) != ' ' || !text.digitAt(place + 3)) {
      return null;
    }
    Run run = Run.of(text, place + 3, " ");
    int last = place + 12;
    if (!run.shaped(0, 2, 2, 2) || text.wordAt(last + 1)) {
      return null;
    }
    String code = text.original(place, place + 2) + run.digits(3) + text.at(last);
    return insurance(folded(code)) ? Match.of(place, last + 1, Entity.UK_NINO) : null;
  }

  /// HMRC's manual: letters that never stand in front, prefixes that are not given out.
  private static boolean insurance(String code) {
    String prefix = code.substring(0, 2);
    return "DFIQUV".indexOf(prefix.charAt(0)) < 0
        && "DFIQUVO".indexOf(prefix.charAt(1)) < 0
        && !"BG GB KN NK NT TN ZZ".contains(prefix)
        && code.charAt(8) >= 'A'
        && code.charAt(8) <= 'D';
  }

  private static boolean shaped(String code, String shape) {
    if (code.length() != shape.length()) {
      return false;
    }
    for (int i = 0; i < shape.length(); i++) {
      char c = code.charAt(i);
      if (shape.charAt(i) == 'D' ? !Text.digit(c) : !Text.capital(c)) {
        return false;
      }
    }
    return true;
  }

  private static String folded(String token) {
    StringBuilder code = new StringBuilder(token.length());
    Text folding = new Text(token);
    folding.anchor(0);
    for (int i = 0; i < token.length(); i++) {
      char c = folding.lower(i);
      code.append(c >= 'a' && c <= 'z' ? (char) (c - 'a' + 'A') : c);
    }
    return code.toString();
  }

  /// Whether one of the words, in small letters, stands shortly before.
  static boolean said(Text text, int place, String... words) {
    for (int back = 2; back <= NEAR; back++) {
      char c = text.lower(place - back);
      for (String word : words) {
        if (c == word.charAt(0)
            && word.length() <= back
            && text.goesOn(place - back, word)
            && !(Text.letter(c) && Text.letter(text.at(place - back - 1)))) {
          return true;
        }
      }
    }
    return false;
  }
}
