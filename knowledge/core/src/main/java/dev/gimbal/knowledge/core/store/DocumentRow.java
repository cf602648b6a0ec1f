package dev.gimbal.knowledge.core.store;

import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A document with its newest version.
///
/// @param serving the version that searches find; null until a first one is ready
public record DocumentRow(
    UUID id,
    UUID collection,
    String key,
    Map<String, String> metadata,
    @Nullable UUID serving,
    Instant created,
    Instant updated,
    VersionRow newest) {
  /// Prefix of its id's text form.
  public static final String PREFIX = "doc";
}
