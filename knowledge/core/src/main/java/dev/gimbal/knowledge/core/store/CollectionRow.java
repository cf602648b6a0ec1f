package dev.gimbal.knowledge.core.store;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A collection.
///
/// @param documents how many it holds
/// @param passages of the versions that serve
public record CollectionRow(
    UUID id,
    String name,
    @Nullable String title,
    @Nullable String language,
    @Nullable String description,
    long documents,
    long passages,
    Instant created) {
  /// Prefix of its id's text form.
  public static final String PREFIX = "col";

  /// What the change log calls it.
  public static final String TOPIC = "knowledge.collection";

  /// The collection that uploads make when they name it first.
  public static final String DEFAULT = "default";
}
