package dev.gimbal.gateway.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/// The form that an answer must have.
public sealed interface OutputForm {
  /// Any text.
  OutputForm TEXT = new Text();

  /// Where a schema describes itself.
  String WORDS = "description";

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
      implements OutputForm {

    /// The schema with the form's description as its own, where a dialect has no field for it and
    /// the schema does not describe itself.
    public JsonNode described() {
      return description == null || !(schema instanceof ObjectNode object) || object.has(WORDS)
          ? schema
          : object.deepCopy().put(WORDS, description);
    }
  }
}
