package dev.gimbal.observability.core;

import dev.gimbal.observability.core.journal.JournalConfig;
import dev.gimbal.observability.core.writer.Retained;
import java.nio.file.Path;

/// @param journal where and how much
/// @param retained how long evidence is kept
/// @param content how much of what was said is kept, in every tenant
public record ObservabilityConfig(JournalConfig journal, Retained retained, ContentPolicy content) {

  /// The defaults, with the journal in a directory of its own.
  public static ObservabilityConfig in(Path journalDirectory) {
    return new ObservabilityConfig(
        JournalConfig.in(journalDirectory), Retained.DEFAULT, ContentPolicy.FULL);
  }
}
