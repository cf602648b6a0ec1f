package dev.gimbal.evaluation.answers;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.gimbal.platform.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A question and what its answer must rest on.
///
/// @param type a name to count by; empty if the file gives none
/// @param texts of which one must be cited or stand in the answer; empty: any
/// @param document key of the document that must be cited; null: any
/// @param start of the range that a citation must meet, in code points; -1: any
/// @param end behind it
/// @param refusal whether the right answer is to refuse
public record AnswerCase(
    String question,
    String type,
    List<String> texts,
    @Nullable String document,
    int start,
    int end,
    boolean refusal) {

  public AnswerCase {
    texts = List.copyOf(texts);
  }

  /// Reads a file of cases, a JSON object a line: `question`, then `text` (or `texts`), `document`,
  /// `start` and `end`, or `"refusal": true`; `type` is a name to count by.
  ///
  /// @throws IOException naming the line that cannot be used
  public static List<AnswerCase> read(Path file) throws IOException {
    List<AnswerCase> cases = new ArrayList<>();
    int number = 0;
    for (String line : Files.readAllLines(file)) {
      number++;
      if (line.isBlank()) {
        continue;
      }
      try {
        cases.add(of(Json.tree(line)));
      } catch (JsonProcessingException | IllegalArgumentException e) {
        throw new IOException(file + " line " + number + ": " + e.getMessage(), e);
      }
    }
    return cases;
  }

  private static AnswerCase of(JsonNode line) {
    String question = line.path("question").asText("");
    List<String> texts = new ArrayList<>();
    line.path("texts").forEach(text -> texts.add(text.asText()));
    if (line.hasNonNull("text")) {
      texts.add(line.path("text").asText());
    }
    boolean refusal = line.path("refusal").asBoolean(false);
    if (question.isBlank()) {
      throw new IllegalArgumentException("question is missing");
    }
    if (!refusal && texts.isEmpty() && !line.hasNonNull("document")) {
      throw new IllegalArgumentException("one of text, texts, document and refusal is needed");
    }
    return new AnswerCase(
        question,
        line.path("type").asText(""),
        texts,
        line.hasNonNull("document") ? line.path("document").asText() : null,
        line.path("start").asInt(-1),
        line.path("end").asInt(-1),
        refusal);
  }
}
