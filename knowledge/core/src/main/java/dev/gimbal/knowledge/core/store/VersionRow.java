package dev.gimbal.knowledge.core.store;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A version of a document.
///
/// @param number from 1, counted in its document
/// @param revision counts what the index must take again
/// @param attempts how often work on it began
/// @param job that works on it
/// @param characters code points of its text; null until it is parsed
public record VersionRow(
    UUID id,
    UUID document,
    UUID collection,
    int number,
    Hash blob,
    long bytes,
    String fileName,
    Stage stage,
    int revision,
    int attempts,
    UUID job,
    @Nullable String title,
    @Nullable String format,
    @Nullable String extractor,
    @Nullable Integer characters,
    int passages,
    @Nullable Failure failure,
    Instant created,
    Instant updated) {
  /// What the change log calls it: the id is `COLLECTION/VERSION`.
  public static final String TOPIC = "knowledge.document";

  /// As the API says it: `waiting`, `working`, `ready`, `failed`.
  public String state() {
    return switch (stage) {
      case RECEIVED -> attempts == 0 ? "waiting" : "working";
      case PARSED, EMBEDDED -> "working";
      case READY -> "ready";
      case FAILED -> "failed";
    };
  }

  /// Why it failed.
  ///
  /// @param code as errors have it, in lower case
  public record Failure(String code, String message) {}
}
