package dev.gimbal.platform.text.sensitive;

/// Check digits of numbers that states give to persons and firms; each by the issuer's published
/// rule, which its comment names. Texts are digits, and capital letters where the rule has some.
final class NationalChecks {
  private static final int[][] VERHOEFF_PRODUCT = {
    {0, 1, 2, 3, 4, 5, 6, 7, 8, 9},
    {1, 2, 3, 4, 0, 6, 7, 8, 9, 5},
    {2, 3, 4, 0, 1, 7, 8, 9, 5, 6},
    {3, 4, 0, 1, 2, 8, 9, 5, 6, 7},
    {4, 0, 1, 2, 3, 9, 5, 6, 7, 8},
    {5, 9, 8, 7, 6, 0, 4, 3, 2, 1},
    {6, 5, 9, 8, 7, 1, 0, 4, 3, 2},
    {7, 6, 5, 9, 8, 2, 1, 0, 4, 3},
    {8, 7, 6, 5, 9, 3, 2, 1, 0, 4},
    {9, 8, 7, 6, 5, 4, 3, 2, 1, 0}
  };
  private static final int[][] VERHOEFF_TURN = {
    {0, 1, 2, 3, 4, 5, 6, 7, 8, 9},
    {1, 5, 7, 6, 2, 8, 3, 0, 9, 4},
    {5, 8, 0, 3, 7, 9, 6, 1, 4, 2},
    {8, 9, 1, 6, 0, 4, 3, 5, 2, 7},
    {9, 4, 5, 3, 1, 2, 6, 8, 7, 0},
    {4, 2, 8, 6, 5, 7, 3, 9, 0, 1},
    {2, 7, 9, 3, 8, 0, 6, 4, 1, 5},
    {7, 0, 4, 6, 9, 1, 3, 2, 5, 8}
  };
  private static final String SPANISH = "TRWAGMYFPDXBNJZSQVHLCKE";
  private static final String SOCIAL_CREDIT = "0123456789ABCDEFGHJKLMNPQRTUWXY";
  private static final int[] ITALIAN_ODD = {
    1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23
  };
  private static final String ITALIAN_MONTHS = "ABCDEHLMPRST";

  private NationalChecks() {}

  /// UK, NHS data dictionary: weights 10 to 2, 11 minus the rest mod 11.
  static boolean nhs(String digits) {
    int check = 11 - sum(digits, 10, 9, 8, 7, 6, 5, 4, 3, 2) % 11;
    return !same(digits) && check % 11 == digit(digits, 9) && check != 10;
  }

  /// Germany: ISO 7064 mod 11,10, no leading zero, one of the first ten digits stands twice or
  /// thrice.
  static boolean germanTax(String digits) {
    if (digits.charAt(0) == '0') {
      return false;
    }
    int[] counts = new int[10];
    int product = 10;
    for (int i = 0; i < 10; i++) {
      counts[digit(digits, i)]++;
      int sum = (digit(digits, i) + product) % 10;
      product = (sum == 0 ? 10 : sum) * 2 % 11;
    }
    int repeated = 0;
    for (int count : counts) {
      repeated += count > 1 ? 1 : 0;
      if (count > 3) {
        return false;
      }
    }
    return repeated == 1 && (11 - product) % 10 == digit(digits, 10);
  }

  /// France, INSEE: 97 minus the number mod 97; sex 1 or 2, a month.
  static boolean frenchNir(String digits) {
    int month = Integer.parseInt(digits, 3, 5, 10);
    boolean born = month >= 1 && (month <= 12 || month >= 20);
    long number = Long.parseLong(digits, 0, 13, 10);
    return (digits.charAt(0) == '1' || digits.charAt(0) == '2')
        && born
        && 97 - number % 97 == Integer.parseInt(digits, 13, 15, 10);
  }

  /// Spain: the number mod 23 chooses the letter; X, Y, Z of foreigners are 0, 1, 2.
  static boolean spanish(String id) {
    char first = id.charAt(0);
    int leading = first >= 'X' && first <= 'Z' ? first - 'X' : first - '0';
    int number = leading * 10_000_000 + Integer.parseInt(id, 1, 8, 10);
    return SPANISH.charAt(number % 23) == id.charAt(8);
  }

  /// Italy, decree of 1976-12-23: values by odd and even place, mod 26.
  static boolean italian(String code) {
    int sum = 0;
    for (int i = 0; i < 15; i++) {
      char c = code.charAt(i);
      int value = Text.digit(c) ? c - '0' : c - 'A';
      sum += i % 2 == 0 ? ITALIAN_ODD[value] : value;
    }
    return ITALIAN_MONTHS.indexOf(code.charAt(8)) >= 0 && 'A' + sum % 26 == code.charAt(15);
  }

  /// The Netherlands: the test of eleven.
  static boolean dutch(String digits) {
    return !same(digits)
        && (sum(digits, 9, 8, 7, 6, 5, 4, 3, 2) - digit(digits, 8) + 11 * 11) % 11 == 0;
  }

  /// Poland: weights 1 3 7 9, and a day of birth whose month tells the century.
  static boolean polish(String digits) {
    int month = Integer.parseInt(digits, 2, 4, 10) % 20;
    int day = Integer.parseInt(digits, 4, 6, 10);
    int check = (10 - sum(digits, 1, 3, 7, 9, 1, 3, 7, 9, 1, 3) % 10) % 10;
    return month >= 1 && month <= 12 && day >= 1 && day <= 31 && check == digit(digits, 10);
  }

  /// Brazil, persons: two digits mod 11.
  static boolean cpf(String digits) {
    int first = sum(digits, 10, 9, 8, 7, 6, 5, 4, 3, 2) * 10 % 11 % 10;
    int second = sum(digits, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2) * 10 % 11 % 10;
    return !same(digits) && first == digit(digits, 9) && second == digit(digits, 10);
  }

  /// Brazil, firms: two digits mod 11.
  static boolean cnpj(String digits) {
    int first = sum(digits, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2) % 11;
    int second = sum(digits, 6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2) % 11;
    return !same(digits)
        && (first < 2 ? 0 : 11 - first) == digit(digits, 12)
        && (second < 2 ? 0 : 11 - second) == digit(digits, 13);
  }

  /// India: Verhoeff's dihedral check (1969); never begins with 0 or 1.
  static boolean aadhaar(String digits) {
    int check = 0;
    for (int i = 0; i < digits.length(); i++) {
      int turned = VERHOEFF_TURN[i % 8][digit(digits, digits.length() - 1 - i)];
      check = VERHOEFF_PRODUCT[check][turned];
    }
    return check == 0 && digits.charAt(0) > '1' && !same(digits);
  }

  /// Canada: Luhn's sum; 0 and 8 begin none.
  static boolean sin(String digits) {
    return digits.charAt(0) != '0' && digits.charAt(0) != '8' && CheckDigits.luhn(digits);
  }

  /// Australia, taxes: weights, mod 11.
  static boolean tfn(String digits) {
    int sum =
        digits.length() == 9
            ? sum(digits, 1, 4, 3, 7, 5, 8, 6, 9, 10)
            : sum(digits, 10, 7, 8, 4, 6, 3, 5, 1);
    return sum % 11 == 0 && !same(digits);
  }

  /// Australia, health: the ninth digit; begins with 2 to 6.
  static boolean medicare(String digits) {
    return digits.charAt(0) >= '2'
        && digits.charAt(0) <= '6'
        && sum(digits, 1, 3, 7, 9, 1, 3, 7, 9) % 10 == digit(digits, 8);
  }

  /// Korea: a day of birth, a sign of sex and century, and, until October 2020, a check digit.
  static boolean korean(String digits) {
    int month = Integer.parseInt(digits, 2, 4, 10);
    int day = Integer.parseInt(digits, 4, 6, 10);
    int check = (11 - sum(digits, 2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5) % 11) % 10;
    boolean born = month >= 1 && month <= 12 && day >= 1 && day <= 31;
    return born && digits.charAt(6) >= '1' && digits.charAt(6) <= '8' && check == digit(digits, 12);
  }

  /// Japan, ordinance of 2014: weights 6 5 4 3 2 7 6 5 4 3 2, mod 11.
  static boolean myNumber(String digits) {
    int rest = sum(digits, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2) % 11;
    return !same(digits) && (rest <= 1 ? 0 : 11 - rest) == digit(digits, 11);
  }

  /// Singapore: weights 2 7 6 5 4 3 2, an offset and letters by the first letter.
  static boolean singapore(String id) {
    int sum = 0;
    int[] weights = {2, 7, 6, 5, 4, 3, 2};
    for (int i = 0; i < 7; i++) {
      sum += weights[i] * digit(id, i + 1);
    }
    char last = id.charAt(8);
    return switch (id.charAt(0)) {
      case 'S' -> "JZIHGFEDCBA".charAt(sum % 11) == last;
      case 'T' -> "JZIHGFEDCBA".charAt((sum + 4) % 11) == last;
      case 'F' -> "XWUTRQPNMLK".charAt(sum % 11) == last;
      case 'G' -> "XWUTRQPNMLK".charAt((sum + 4) % 11) == last;
      case 'M' -> "KLJNPQRTUWX".charAt(10 - (sum + 3) % 11) == last;
      default -> false;
    };
  }

  /// China, GB 32100-2015: powers of 3, mod 31.
  static boolean socialCredit(String code) {
    int sum = 0;
    int weight = 1;
    for (int i = 0; i < 17; i++) {
      int value = SOCIAL_CREDIT.indexOf(code.charAt(i));
      if (value < 0) {
        return false;
      }
      sum += value * weight;
      weight = weight * 3 % 31;
    }
    return SOCIAL_CREDIT.charAt((31 - sum % 31) % 31) == code.charAt(17);
  }

  private static int sum(String digits, int... weights) {
    int sum = 0;
    for (int i = 0; i < weights.length; i++) {
      sum += weights[i] * digit(digits, i);
    }
    return sum;
  }

  private static int digit(String digits, int index) {
    return digits.charAt(index) - '0';
  }

  private static boolean same(String digits) {
    return digits.chars().allMatch(c -> c == digits.charAt(0));
  }
}
