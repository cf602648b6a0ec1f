package dev.gimbal.benchmarks.injection;

import java.util.Random;

/// What people and attackers do to letters. Both harmless and hostile texts get it, so that a
/// disguise alone is no sign.
final class Disguise {
  private static final String LOOKALIKE = "aаeеoоpрcсxхiі";
  private static final String LEET = "a4e3i1o0s5t7";

  private Disguise() {}

  static String of(String text, Random random) {
    return switch (random.nextInt(8)) {
      case 0 -> text.toUpperCase(java.util.Locale.ROOT);
      case 1 -> text.toLowerCase(java.util.Locale.ROOT);
      case 2 -> each(text, random, 12, LOOKALIKE);
      case 3 -> each(text, random, 4, LEET);
      case 4 -> invisible(text, random);
      case 5, 6 -> typos(text, random);
      default -> spaced(text, random);
    };
  }

  private static String each(String text, Random random, int oneOf, String table) {
    StringBuilder out = new StringBuilder(text);
    for (int at = 0; at < out.length(); at++) {
      int found = table.indexOf(out.charAt(at));
      if (found >= 0 && found % 2 == 0 && random.nextInt(oneOf) == 0)
        out.setCharAt(at, table.charAt(found + 1));
    }
    return out.toString();
  }

  private static String invisible(String text, Random random) {
    StringBuilder out = new StringBuilder();
    for (int at = 0; at < text.length(); at++) {
      out.append(text.charAt(at));
      if (random.nextInt(10) == 0) out.append('\u200b');
    }
    return out.toString();
  }

  private static String typos(String text, Random random) {
    StringBuilder out = new StringBuilder(text);
    for (int at = 1; at + 2 < out.length(); at++) {
      if (!Character.isLetter(out.charAt(at)) || random.nextInt(25) > 0) continue;
      switch (random.nextInt(3)) {
        case 0 -> out.deleteCharAt(at);
        case 1 -> out.insert(at, out.charAt(at));
        default -> {
          char swapped = out.charAt(at);
          out.setCharAt(at, out.charAt(at + 1));
          out.setCharAt(at + 1, swapped);
        }
      }
    }
    return out.toString();
  }

  private static String spaced(String text, Random random) {
    int from = random.nextInt(Math.max(1, text.length() / 2));
    int to = Math.min(text.length(), from + 40);
    StringBuilder out = new StringBuilder(text.substring(0, from)).append(' ');
    for (int at = from; at < to; at++) out.append(text.charAt(at)).append(' ');
    return out.append(text.substring(to)).toString();
  }
}
