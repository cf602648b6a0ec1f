package dev.gimbal.server.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The vendors' own clients of three dialects, against the packaged server and a model that speaks
/// a fourth.
class DialectClientsEndToEndIT {
  @TempDir static Path data;
  private static PackagedServer server;

  @BeforeAll
  static void start() throws Exception {
    server = PackagedServer.start(data, Map.of());
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void shouldServeTheClientsOfOtherDialects() throws Exception {
    JsonNode seen = PythonClients.run("dialect_clients.py", server.url(), server.key());

    assertAnswered(seen.path("anthropic"), "you said: hello from Claude's client");
    assertThat(seen.at("/anthropic/stop").asText()).isEqualTo("end_turn");
    assertThat(seen.at("/anthropic/final")).isEqualTo(seen.at("/anthropic/text"));
    assertThat(seen.at("/anthropic/stream_output")).isEqualTo(seen.at("/anthropic/output"));
    assertThat(seen.at("/anthropic/models").toString()).contains("fake/echo");
    assertThat(seen.at("/anthropic/unknown").asText()).isEqualTo("NotFoundError");
    assertThat(seen.at("/anthropic/wrong_key").asText()).isEqualTo("AuthenticationError");
    assertAnswered(seen.path("gemini"), "you said: hello from Gemini's client");
    assertThat(seen.at("/gemini/finish").asText()).isEqualTo("STOP");
    assertThat(seen.at("/gemini/unknown").asText()).isEqualTo("NOT_FOUND");
    assertAnswered(seen.path("responses"), "you said: hello from Responses");
    assertThat(seen.at("/responses/status").asText()).isEqualTo("completed");
    assertThat(seen.at("/responses/final")).isEqualTo(seen.at("/responses/text"));
  }

  private static void assertAnswered(JsonNode dialect, String text) {
    assertThat(dialect.path("text").asText()).endsWith(text);
    assertThat(dialect.path("stream")).isEqualTo(dialect.path("text"));
    assertThat(dialect.path("pieces").asInt()).isGreaterThan(3);
    assertThat(dialect.path("output").asInt()).isPositive();
  }
}
