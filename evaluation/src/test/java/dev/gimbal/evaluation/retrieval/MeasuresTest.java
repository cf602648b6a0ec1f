package dev.gimbal.evaluation.retrieval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gimbal.platform.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class MeasuresTest {
  private static final Offset<Double> FOUR_DECIMALS = within(0.000_05);

  /// The file holds random judgements and rankings, ties and unjudged documents among them, with
  /// what
  /// trec_eval (through pytrec_eval 0.5) says of each.
  @Test
  void shouldAgreeWithTrecEvalToFourDecimals() throws IOException {
    List<JsonNode> queries = recorded();

    assertThat(queries).hasSizeGreaterThan(10);
    for (JsonNode query : queries) {
      Map<String, Integer> grades = new HashMap<>();
      query.path("grades").properties().forEach(e -> grades.put(e.getKey(), e.getValue().asInt()));
      List<RankedDocument> ranking = new ArrayList<>();
      query
          .path("run")
          .properties()
          .forEach(e -> ranking.add(new RankedDocument(e.getKey(), e.getValue().asDouble())));

      Measures measures = Measures.of(ranking, grades);

      String name = query.path("query").asText();
      assertThat(measures.ndcgAt10())
          .as(name)
          .isCloseTo(query.path("ndcg_at_10").asDouble(), FOUR_DECIMALS);
      assertThat(measures.recallAt100())
          .as(name)
          .isCloseTo(query.path("recall_at_100").asDouble(), FOUR_DECIMALS);
      assertThat(measures.averagePrecision())
          .as(name)
          .isCloseTo(query.path("map").asDouble(), FOUR_DECIMALS);
      assertThat(measures.precisionAt5())
          .as(name)
          .isCloseTo(query.path("precision_at_5").asDouble(), FOUR_DECIMALS);
      assertThat(measures.mrrAt10())
          .as(name)
          .isCloseTo(query.path("mrr_at_10").asDouble(), FOUR_DECIMALS);
    }
  }

  @Test
  void shouldCountADocumentOnceWithItsBestPassage() {
    Measures measures =
        Measures.of(
            List.of(
                new RankedDocument("a", 0.9),
                new RankedDocument("b", 0.8),
                new RankedDocument("a", 0.1)),
            Map.of("b", 1));

    assertThat(measures.mrrAt10()).isEqualTo(0.5);
  }

  @Test
  void shouldGiveAnIntervalAroundTheMeanThatIsTheSameEachTime() {
    double[] values = {0, 0.5, 1, 1, 0.25, 0.75};

    Interval interval = Interval.of(values);

    assertThat(interval).isEqualTo(Interval.of(values));
    assertThat(interval.low()).isLessThan(interval.mean());
    assertThat(interval.high()).isGreaterThan(interval.mean());
  }

  private static List<JsonNode> recorded() throws IOException {
    try (InputStream file = MeasuresTest.class.getResourceAsStream("/trec-eval.jsonl")) {
      List<JsonNode> queries = new ArrayList<>();
      for (String line : new String(file.readAllBytes(), StandardCharsets.UTF_8).lines().toList()) {
        queries.add(Json.tree(line));
      }
      return queries;
    }
  }
}
