package dev.gimbal.platform.text.sensitive;

/// What tells a number of a kind from any number of that length. Digits are the characters 0 to 9.
final class CheckDigits {
  private static final int[] RESIDENT_WEIGHTS = {
    7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2
  };
  private static final String RESIDENT_CHECKS = "10X98765432";
  private static final int[] DAYS = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

  /// Prefixes of cards that may have 12 digits.
  private static final String MAESTRO = "5018 5020 5038 5893 6304 6759 6761 6762 6763";

  private CheckDigits() {}

  /// Luhn's sum, and a beginning and a length that an issuer of cards uses.
  static boolean card(String digits) {
    return issued(digits) && luhn(digits);
  }

  /// GB 11643: 18 characters with a day of birth and a check by ISO 7064 mod 11-2.
  static boolean resident(String id) {
    if (id.length() != 18 || id.charAt(0) == '0' || !born(id)) {
      return false;
    }
    int sum = 0;
    for (int i = 0; i < RESIDENT_WEIGHTS.length; i++) {
      sum += (id.charAt(i) - '0') * RESIDENT_WEIGHTS[i];
    }
    return RESIDENT_CHECKS.charAt(sum % 11) == Character.toUpperCase(id.charAt(17));
  }

  /// ISO 7064 mod 97-10 over an account number in capital letters and digits.
  static boolean iban(String account) {
    int rest = 0;
    for (int i = 0; i < account.length(); i++) {
      int value = Character.digit(account.charAt((i + 4) % account.length()), 36);
      rest = (rest * (value > 9 ? 100 : 10) + value) % 97;
    }
    return rest == 1;
  }

  private static boolean born(String id) {
    int year = Integer.parseInt(id, 6, 10, 10);
    int month = Integer.parseInt(id, 10, 12, 10);
    int day = Integer.parseInt(id, 12, 14, 10);
    return year >= 1850
        && year <= 2100
        && month >= 1
        && month <= 12
        && day >= 1
        && day <= DAYS[month - 1];
  }

  static boolean luhn(String digits) {
    int sum = 0;
    for (int i = 0; i < digits.length(); i++) {
      int value = digits.charAt(digits.length() - 1 - i) - '0';
      int doubled = value * 2 > 9 ? value * 2 - 9 : value * 2;
      sum += i % 2 == 0 ? value : doubled;
    }
    return sum % 10 == 0;
  }

  private static boolean issued(String digits) {
    int length = digits.length();
    if (length < 12 || length > 19) {
      return false;
    }
    int two = Integer.parseInt(digits, 0, 2, 10);
    int four = Integer.parseInt(digits, 0, 4, 10);
    if (MAESTRO.contains(digits.substring(0, 4))) {
      return true;
    }
    if (four == 2131 || four == 1800) {
      return length == 15;
    }
    if (digits.charAt(0) == '4') {
      return length == 13 || length == 16 || length == 19;
    }
    if ((two >= 51 && two <= 55) || (four >= 2221 && four <= 2720)) {
      return length == 16;
    }
    if (two == 34 || two == 37) {
      return length == 15;
    }
    if (two == 30 || two == 36 || two == 38) {
      return length == 14;
    }
    return length >= 16 && (two == 35 || two == 60 || two == 62 || two == 64 || two == 65);
  }
}
