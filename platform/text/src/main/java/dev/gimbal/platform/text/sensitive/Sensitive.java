package dev.gimbal.platform.text.sensitive;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/// Personal data and secrets in whole texts. Without state; thread-safe; linear time.
public final class Sensitive {
  private Sensitive() {}

  /// Something in a text.
  ///
  /// @param start its first character, in UTF-16 units
  /// @param end behind its last one
  public record Finding(int start, int end, Entity entity) {}

  /// What is in a text, in order; nothing overlaps.
  public static List<Finding> find(String text, Collection<Entity> wanted) {
    List<Finding> found = new ArrayList<>();
    new SensitiveScan(Set.copyOf(wanted))
        .advance(
            new Text(text),
            true,
            (start, end, entity, more) -> {
              Finding last = more && !found.isEmpty() ? found.removeLast() : null;
              found.add(new Finding(last == null ? start : last.start(), end, entity));
            });
    return found;
  }

  /// The text with a label in place of each finding.
  public static String labelled(String text, Collection<Entity> wanted) {
    List<Finding> found = find(text, wanted);
    if (found.isEmpty()) {
      return text;
    }
    StringBuilder out = new StringBuilder(text.length());
    int copied = 0;
    for (Finding finding : found) {
      out.append(text, copied, finding.start()).append(finding.entity().label());
      copied = finding.end();
    }
    return out.append(text, copied, text.length()).toString();
  }

  /// Whether a value in a field of that name is a secret.
  public static boolean secret(String name, String value) {
    return Secrets.secret(Secrets.kind(name), value);
  }

  /// Whether a field of that name holds a password, of whatever form.
  public static boolean namesPassword(String name) {
    return Secrets.kind(name) == Secrets.Kind.PASSWORD;
  }

  /// Whether a field of that name holds the number of a telephone.
  public static boolean namesTelephone(String name) {
    return Numbers.telephone(name);
  }
}
