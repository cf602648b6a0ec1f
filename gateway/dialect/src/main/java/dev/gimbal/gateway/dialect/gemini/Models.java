package dev.gimbal.gateway.dialect.gemini;

import java.util.regex.Pattern;

/// What the generations of models differ in, told by their names.
final class Models {
  private static final Pattern SECOND = Pattern.compile("(?:.*/)?gemini-[12](?:\\D.*)?");
  private static final Pattern LATER =
      Pattern.compile("(?:.*/)?gemini-(?:[3-9]|[1-9]\\d)(?:\\D.*)?");

  private Models() {}

  /// The second generation knows `thinkingBudget` only and refuses `thinkingLevel`.
  static boolean knowsBudgetOnly(String model) {
    return SECOND.matcher(model).matches();
  }

  /// From the third on, a replayed call or picture without a signature is refused.
  static boolean wantsSignatures(String model) {
    return LATER.matcher(model).matches();
  }
}
