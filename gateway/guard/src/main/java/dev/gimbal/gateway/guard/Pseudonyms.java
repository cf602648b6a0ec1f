package dev.gimbal.gateway.guard;

import dev.gimbal.platform.text.sensitive.Text;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Names that stand for what was found in one call: the same text gets the same name, and the
/// answer gets the text back. For one thread.
final class Pseudonyms {
  /// `<CN_SOCIAL_CREDIT_CODE_9999>` and a little more.
  private static final int LONGEST = 40;

  private final Map<String, String> names = new HashMap<>();
  private final Map<String, String> originals = new HashMap<>();
  private final Map<String, Integer> counts = new HashMap<>();

  boolean isEmpty() {
    return originals.isEmpty();
  }

  /// The name for a text of a kind.
  String name(String kind, String original) {
    return names.computeIfAbsent(
        kind + '\n' + original,
        key -> {
          String name;
          do {
            int number = counts.merge(kind, 1, Integer::sum);
            name = "<" + kind.toUpperCase(Locale.ROOT) + "_" + number + ">";
          } while (originals.containsKey(name));
          originals.put(name, original);
          return name;
        });
  }

  /// What a name stands for; null if it is none.
  @Nullable String original(String name) {
    return originals.get(name);
  }

  /// Finds names, so that they give way to what they stand for.
  final class Restoring implements Matcher {
    static final int GUARD = -1;
    static final String KIND = "pseudonym";

    private int next;

    @Override
    public int mostHeld() {
      return LONGEST;
    }

    @Override
    public int advance(Text text, boolean ended, Findings findings) {
      while (next < text.end()) {
        if (text.raw(next) == '<') {
          int end = next + 1;
          while (end < text.end() && end - next < LONGEST && named(text.raw(end))) {
            end++;
          }
          if (end == text.end() && end - next < LONGEST && !ended) {
            return next;
          }
          if (end < text.end() && text.raw(end) == '>') {
            restore(text, end + 1, findings);
          }
        }
        next++;
      }
      return next;
    }

    private void restore(Text text, int end, Findings findings) {
      text.anchor(next);
      if (original(text.original(next, end)) != null) {
        findings.found(next, end, GUARD, KIND, false);
      }
    }

    private static boolean named(char c) {
      return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    }
  }
}
