package dev.gimbal.gateway.dialect;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A whole answer, said in no dialect.
///
/// @param id as the provider gave it; null: none
/// @param created seconds since 1970; null: not said
/// @param usage null: the provider did not count
public record ModelAnswer(
    @Nullable String id,
    String model,
    @Nullable Long created,
    List<Part> parts,
    Stop stop,
    @Nullable TokenCount usage) {

  public ModelAnswer {
    parts = List.copyOf(parts);
  }
}
