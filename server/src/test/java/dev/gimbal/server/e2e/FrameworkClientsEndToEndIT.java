package dev.gimbal.server.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What people build with, against the packaged server: frameworks with their own clients, each in
/// several dialects, and a model that speaks one of them.
class FrameworkClientsEndToEndIT {
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
  void shouldServeTheVercelSdkInEachOfItsDialects() throws Exception {
    JsonNode seen = NodeClients.run("vercel_clients.mjs", server.url(), server.key());

    for (String dialect : new String[] {"chat", "responses", "messages"}) {
      assertAnswered(dialect, seen.path(dialect));
      assertThat(seen.path(dialect).path("finish").asText()).isEqualTo("stop");
      assertThat(seen.path(dialect).path("stream_finish").asText()).isEqualTo("stop");
    }
    assertThat(seen.path("unknown").asInt()).isEqualTo(404);
  }

  @Test
  void shouldServeLangChainAndOpenWebUi() throws Exception {
    JsonNode seen = PythonClients.run("langchain_clients.py", server.url(), server.key());

    for (String dialect : new String[] {"chat", "responses", "messages"}) {
      assertAnswered(dialect, seen.path(dialect));
    }
    assertThat(seen.path("vectors").asInt()).isEqualTo(2);
    assertThat(seen.at("/webui/listed").asBoolean()).isTrue();
    assertThat(seen.at("/webui/done").asText()).isEqualTo("data: [DONE]");
    assertThat(seen.at("/webui/text").asText()).endsWith("you said: hello from Open WebUI");
    assertThat(seen.at("/webui/output").asInt()).isPositive();
  }

  private static void assertAnswered(String dialect, JsonNode seen) {
    assertThat(seen.path("text").asText()).endsWith("you said: hello from " + dialect);
    assertThat(seen.path("stream")).isEqualTo(seen.path("text"));
    assertThat(seen.path("pieces").asInt()).isGreaterThan(3);
    assertThat(seen.path("output").asInt()).isPositive();
    assertThat(seen.path("stream_output")).isEqualTo(seen.path("output"));
  }
}
