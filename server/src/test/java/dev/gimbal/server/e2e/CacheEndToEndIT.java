package dev.gimbal.server.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gimbal.server.e2e.PackagedServer.Answer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Answers that are given again, with the embedding model that ships.
class CacheEndToEndIT {
  private static final String MODEL = "fake/echo";

  @TempDir static Path data;

  private static void ask(PackagedServer server, String question) throws Exception {
    Answer answer =
        server.post(
            "/v1/chat/completions",
            Map.of(
                "model", MODEL, "messages", List.of(Map.of("role", "user", "content", question))));
    assertThat(answer.status()).as(answer.body().toString()).isEqualTo(200);
  }

  private static JsonNode counts(PackagedServer server) throws Exception {
    JsonNode routes = server.get("/api/cache").body().path("data");
    assertThat(routes).hasSize(1);
    return routes.get(0).path("counts");
  }

  @Test
  void shouldGiveAnswersAgainByWordAndByMeaningWhereAPolicySaysSo() throws Exception {
    try (PackagedServer server = PackagedServer.start(data, Map.of())) {
      Answer declared =
          server.send(
              server.key(),
              "PUT",
              "/api/cache",
              Map.of("route", MODEL, "exact", true, "semantic", true));
      assertThat(declared.status()).as(declared.body().toString()).isEqualTo(200);
      // The model is loaded with the first question, which may take longer than the cache waits.
      server.post("/v1/embeddings", Map.of("model", "local/bge-small-en-v1.5", "input", "warm"));

      ask(server, "How many days of parental leave do employees get in 2024?");
      ask(server, "How many days of parental leave do employees get in 2024?");
      ask(server, "how many days of parental leave do employees get in 2024");
      ask(server, "How many days of parental leave do employees get in 2025?");

      JsonNode counts = counts(server);
      assertThat(counts.path("hits").asInt()).as(counts.toString()).isEqualTo(1);
      assertThat(counts.path("similar").asInt()).as(counts.toString()).isEqualTo(1);
      assertThat(counts.path("misses").asInt()).as(counts.toString()).isEqualTo(2);
      String call =
          server
              .get("/api/calls?limit=50")
              .body()
              .path("data")
              .valueStream()
              .filter(one -> one.path("requested").asText().equals(MODEL))
              .map(one -> one.path("id").asText())
              .findFirst()
              .orElseThrow();
      assertThat(server.get("/api/calls/" + call).body().path("cache").asText()).isEqualTo("miss");
    }
  }
}
