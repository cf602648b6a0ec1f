package dev.gimbal.gateway.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;

/// The form that an answer must have.
public sealed interface OutputForm {
  /// Any text.
  OutputForm TEXT = new Text();

  /// Any text.
  record Text() implements OutputForm {}

  /// Some JSON object.
  record AnyJson() implements OutputForm {}

  /// JSON that fits a schema.
  ///
  /// @param name null: none
  /// @param strict null: not said
  record Schema(
      @Nullable String name,
      @Nullable String description,
      JsonNode schema,
      @Nullable Boolean strict)
      implements OutputForm {}
}
