package dev.gimbal.platform.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/// Finds the known name that somebody probably meant.
public final class Nearest {
  private Nearest() {}

  /// The known name that is nearest; empty if none is near.
  public static Optional<String> to(String name, Collection<String> known) {
    return known.stream()
        .min(Comparator.comparingInt((String one) -> distance(name, one)).thenComparing(one -> one))
        .filter(one -> distance(name, one) <= Math.max(2, one.length() / 2));
  }

  /// Levenshtein's distance.
  static int distance(String left, String right) {
    int[] row = new int[right.length() + 1];
    for (int at = 0; at < row.length; at++) {
      row[at] = at;
    }
    for (int i = 1; i <= left.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= right.length(); j++) {
        int replaced = diagonal + (left.charAt(i - 1) == right.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[right.length()];
  }
}
