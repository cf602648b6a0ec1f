package dev.gimbal.platform.http;

import com.fasterxml.jackson.databind.JsonNode;

/// Reads trees into records as strictly as bodies are read: for declarations that come from files.
public final class StrictJson {
  private StrictJson() {}

  /// The record that a tree holds.
  ///
  /// @throws HttpException [HttpError#REQUEST_INVALID] with every unknown or missing field, or the
  ///     first one of a wrong type
  public static <T> T read(JsonNode tree, Class<T> type) {
    return type.cast(JsonBody.bind(tree, type));
  }
}
