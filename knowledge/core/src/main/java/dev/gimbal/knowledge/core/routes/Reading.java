package dev.gimbal.knowledge.core.routes;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.gimbal.knowledge.api.AnswerKind;
import dev.gimbal.knowledge.api.KnowledgeError;
import dev.gimbal.knowledge.api.KnowledgeException;
import dev.gimbal.knowledge.api.Retrieval;
import dev.gimbal.knowledge.api.SearchFilter;
import dev.gimbal.knowledge.core.store.DocumentRow;
import dev.gimbal.knowledge.core.store.Texts;
import dev.gimbal.platform.http.HttpException;
import dev.gimbal.platform.http.Request;
import dev.gimbal.platform.ids.IdText;
import dev.gimbal.platform.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// From what requests say to what the room understands.
final class Reading {
  private static final int LONGEST_KEY_BYTES = 2_000;
  private static final int MOST_METADATA = 50;
  private static final int LONGEST_METADATA = 1_000;
  private static final int MOST_VALUES = 1_000;

  private Reading() {}

  static UUID document(Request request) {
    return IdText.parse(DocumentRow.PREFIX, request.path("document"))
        .orElseThrow(
            () ->
                new KnowledgeException(
                    KnowledgeError.DOCUMENT_UNKNOWN, "the collection has no such document"));
  }

  static int version(Request request) {
    try {
      return Math.max(0, Integer.parseInt(request.path("version")));
    } catch (NumberFormatException e) {
      throw new KnowledgeException(
          KnowledgeError.VERSION_UNKNOWN, "a version is a number from 1", e);
    }
  }

  static Retrieval retrieval(@Nullable String text) {
    return switch (text == null ? "hybrid" : text) {
      case "hybrid" -> Retrieval.HYBRID;
      case "keyword" -> Retrieval.KEYWORD;
      case "vector" -> Retrieval.VECTOR;
      default ->
          throw HttpException.invalid(
              "retrieval",
              "must be hybrid, keyword or vector, but is " + Texts.shown(String.valueOf(text)));
    };
  }

  static @Nullable AnswerKind kind(@Nullable String text) {
    if (text == null) {
      return null;
    }
    return switch (text) {
      case "generated" -> AnswerKind.GENERATED;
      case "quoted" -> AnswerKind.QUOTED;
      default ->
          throw HttpException.invalid(
              "answer_kind", "must be generated or quoted, but is " + Texts.shown(text));
    };
  }

  static SearchFilter filter(Payloads.@Nullable Filter filter) {
    if (filter == null) {
      return SearchFilter.NONE;
    }
    Map<String, List<String>> metadata = filter.metadata() == null ? Map.of() : filter.metadata();
    metadata.forEach((key, values) -> bounded("metadata." + key, values));
    return new SearchFilter(
        bounded("documents", filter.documents()).stream().map(Reading::filtered).toList(),
        bounded("formats", filter.formats()).stream().map(Reading::lower).toList(),
        bounded("languages", filter.languages()).stream().map(Reading::lower).toList(),
        filter.from(),
        filter.until(),
        metadata);
  }

  private static String lower(String text) {
    return text.toLowerCase(Locale.ROOT);
  }

  private static List<String> bounded(String field, @Nullable List<String> values) {
    if (values == null) {
      return List.of();
    }
    if (values.size() > MOST_VALUES) {
      throw new KnowledgeException(
          KnowledgeError.FILTER_INVALID,
          "filter." + field + " holds more than " + MOST_VALUES + " values");
    }
    for (String value : values) {
      if (value == null) {
        throw new KnowledgeException(
            KnowledgeError.FILTER_INVALID, "filter." + field + " holds a null");
      }
    }
    return values;
  }

  private static UUID filtered(String id) {
    return IdText.parse(DocumentRow.PREFIX, id)
        .orElseThrow(
            () ->
                new KnowledgeException(
                    KnowledgeError.FILTER_INVALID,
                    "filter.documents holds " + Texts.shown(id) + ", which is no document's id"));
  }

  /// A document's key as it is kept.
  static String key(String field, String key) {
    String kept = Texts.storable(key).strip();
    if (kept.isEmpty() || kept.getBytes(StandardCharsets.UTF_8).length > LONGEST_KEY_BYTES) {
      throw HttpException.invalid(field, "a key is 1 to 2,000 bytes long");
    }
    if (kept.chars().anyMatch(character -> character < ' ' || character == 127)) {
      throw HttpException.invalid(field, "a key holds no control characters");
    }
    return kept;
  }

  /// The form's field `metadata`; null if it is not there.
  static @Nullable Map<String, String> metadata(@Nullable String json) {
    if (json == null || json.isBlank()) {
      return null;
    }
    JsonNode tree;
    try {
      tree = Json.tree(json);
    } catch (JsonProcessingException e) {
      throw HttpException.invalid("metadata", "must be a JSON object");
    }
    if (!tree.isObject() || tree.size() > MOST_METADATA) {
      throw HttpException.invalid("metadata", "must be a JSON object of at most 50 fields");
    }
    Map<String, String> metadata = new HashMap<>();
    for (Map.Entry<String, JsonNode> field : new ArrayList<>(tree.properties())) {
      String value = field.getValue().asText();
      if (!field.getValue().isValueNode()
          || field.getValue().isNull()
          || field.getKey().length() > LONGEST_METADATA
          || value.length() > LONGEST_METADATA) {
        throw HttpException.invalid(
            "metadata." + field.getKey(), "must be a text, number or boolean of at most 1,000");
      }
      metadata.put(Texts.storable(field.getKey()), Texts.storable(value));
    }
    return metadata;
  }
}
