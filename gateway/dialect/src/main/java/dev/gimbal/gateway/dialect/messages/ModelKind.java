package dev.gimbal.gateway.dialect.messages;

import java.util.Locale;
import java.util.regex.Pattern;

/// What the vendor's models differ in, by their names. A name that is none of the vendor's may be
/// anything that speaks this dialect.
enum ModelKind {
  /// Knows budgets of thinking only.
  BUDGETS,
  /// Knows efforts only: a budget is refused.
  EFFORTS,
  /// Knows both, or we do not know.
  BOTH;

  private static final Pattern OLD =
      Pattern.compile(
          "claude-(instant|[23])|(opus|sonnet|haiku)-4([-@]20\\d{6}|-[015]\\b|$)"
              + "|claude-4-(opus|sonnet)");
  private static final Pattern BETWEEN = Pattern.compile("(opus|sonnet)-4-6\\b");
  private static final Pattern SYSTEM_AMID =
      Pattern.compile("claude-(opus-4-8|[a-z]+-[5-9])(-[a-z0-9-]+)?");

  static ModelKind of(String model) {
    String name = plain(model);
    if (!name.contains("claude") || BETWEEN.matcher(name).find()) {
      return BOTH;
    }
    return OLD.matcher(name).find() ? BUDGETS : EFFORTS;
  }

  /// Whether the vendor's own API takes instructions amid the turns for this model. Its models at
  /// other vendors, who put something before the name, do not.
  static boolean takesSystemAmidTurns(String model) {
    return SYSTEM_AMID.matcher(plain(model)).matches();
  }

  private static String plain(String model) {
    return model.toLowerCase(Locale.ROOT).replace('.', '-');
  }
}
