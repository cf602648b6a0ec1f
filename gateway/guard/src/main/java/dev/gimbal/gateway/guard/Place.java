package dev.gimbal.gateway.guard;

import java.util.Locale;
import java.util.Optional;

/// Where in a call a text stands.
public enum Place {
  /// What the caller sends: turns, system text, texts to embed.
  PROMPT,
  /// Passages and documents that the caller sends along.
  RETRIEVED,
  /// What a model gives a tool.
  TOOL_ARGUMENTS,
  /// What a tool gave back.
  TOOL_RESULTS,
  /// What the model says, its reasoning included.
  ANSWER;

  /// Its name in declarations.
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// The place of a name in declarations.
  public static Optional<Place> of(String id) {
    for (Place place : values()) {
      if (place.id().equals(id)) {
        return Optional.of(place);
      }
    }
    return Optional.empty();
  }
}
