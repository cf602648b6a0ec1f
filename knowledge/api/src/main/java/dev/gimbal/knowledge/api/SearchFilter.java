package dev.gimbal.knowledge.api;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// What passages must fulfil; every part that is set must hold, and one of its values suffices.
///
/// @param from earliest creation, inclusive; null: any
/// @param until latest creation, exclusive; null: any
/// @param metadata by key the values that fit
public record SearchFilter(
    List<UUID> documents,
    List<String> formats,
    List<String> languages,
    @Nullable Instant from,
    @Nullable Instant until,
    Map<String, List<String>> metadata) {

  /// Everything passes.
  public static final SearchFilter NONE =
      new SearchFilter(List.of(), List.of(), List.of(), null, null, Map.of());

  public SearchFilter {
    documents = List.copyOf(documents);
    formats = List.copyOf(formats);
    languages = List.copyOf(languages);
    metadata = Map.copyOf(metadata);
  }
}
