package dev.gimbal.knowledge.core.index;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// What passages must fulfil, as typed values; every part that is set must hold.
///
/// @param documents ids of which one must match; empty: any
/// @param formats of which one must match; empty: any
/// @param languages of the passage, of which one must match; empty: any
/// @param from earliest creation, inclusive; null: any
/// @param until latest creation, exclusive; null: any
/// @param metadata by key the values of which one must match; any key may be named
public record Filter(
    List<UUID> documents,
    List<String> formats,
    List<String> languages,
    @Nullable Instant from,
    @Nullable Instant until,
    Map<String, List<String>> metadata) {

  /// Everything passes.
  public static final Filter NONE =
      new Filter(List.of(), List.of(), List.of(), null, null, Map.of());

  public Filter {
    documents = List.copyOf(documents);
    formats = List.copyOf(formats);
    languages = List.copyOf(languages);
    metadata = Map.copyOf(metadata);
  }
}
