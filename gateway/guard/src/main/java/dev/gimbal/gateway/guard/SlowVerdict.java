package dev.gimbal.gateway.guard;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a slow guard says of a whole text.
public sealed interface SlowVerdict {
  /// Nothing found.
  SlowVerdict PASSED = new Judged(List.of(), List.of());

  /// @param kinds what was found; empty: nothing
  /// @param replacements for a guard that redacts
  record Judged(List<String> kinds, List<Replacement> replacements) implements SlowVerdict {
    public Judged {
      kinds = List.copyOf(kinds);
      replacements = List.copyOf(replacements);
    }
  }

  /// It could not judge.
  record Failed(String reason) implements SlowVerdict {}

  /// A stretch of the text, in UTF-16 units, and what stands in its place.
  ///
  /// @param kind what it is, where a pseudonym may stand there too; null: the text and no other
  record Replacement(int start, int end, String text, @Nullable String kind) {
    /// With this text.
    public Replacement(int start, int end, String text) {
      this(start, end, text, null);
    }
  }
}
