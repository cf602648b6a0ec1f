package dev.gimbal.access.core;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.gimbal.platform.http.HttpException;
import dev.gimbal.platform.json.Json;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What the calls of a key are tagged with, whatever their callers say.
final class KeyTags {
  /// Half of what a call may have, so that callers keep some for themselves.
  private static final int MOST = 8;

  private static final int LONGEST_VALUE = 100;

  /// As they arrive in headers, which know no case.
  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,99}");

  private KeyTags() {}

  /// @throws HttpException naming what is wrong
  static Map<String, String> checked(@Nullable Map<String, String> tags) {
    if (tags == null) {
      return Map.of();
    }
    if (tags.size() > MOST) {
      throw HttpException.invalid("tags", "must be at most " + MOST + ", but are " + tags.size());
    }
    tags.forEach(
        (name, value) -> {
          if (!NAME.matcher(name).matches()) {
            throw HttpException.invalid(
                "tags", "have names of 1 to 100 of a-z 0-9 . _ -, not " + name);
          }
          if (value == null || value.isBlank() || value.length() > LONGEST_VALUE) {
            throw HttpException.invalid(
                "tags." + name, "must have 1 to " + LONGEST_VALUE + " characters");
          }
        });
    return Map.copyOf(tags);
  }

  static Map<String, String> read(String json) {
    try {
      Map<String, String> tags = new HashMap<>();
      Json.tree(json).properties().forEach(tag -> tags.put(tag.getKey(), tag.getValue().asText()));
      return tags;
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the tags of a key are not JSON", e);
    }
  }
}
