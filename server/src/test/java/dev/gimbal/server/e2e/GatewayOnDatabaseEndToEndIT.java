package dev.gimbal.server.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gimbal.server.e2e.PackagedServer.Answer;
import dev.gimbal.server.e2e.ScriptedUpstream.Reply;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `up --only gateway` without a file: the same gateway on its own PostgreSQL, declared by the API.
class GatewayOnDatabaseEndToEndIT {
  private static final Map<String, String> SETTINGS =
      Map.of(
          "GIMBAL_GATEWAY_ALLOW_PRIVATE_UPSTREAMS",
          "true",
          "GIMBAL_GATEWAY_CALL_LOG",
          "calls.jsonl");

  @TempDir static Path data;

  private static Answer ask(PackagedServer server) throws Exception {
    return server.post(
        "/v1/chat/completions",
        Map.of("model", "fast", "messages", List.of(Map.of("role", "user", "content", "hi"))));
  }

  @Test
  void shouldServeCallsAndKnowAfterARestartWhatWasDeclaredAndCalled() throws Exception {
    try (ScriptedUpstream upstream = ScriptedUpstream.start(call -> Reply.say("Hello"))) {
      String first;
      try (PackagedServer server = PackagedServer.startGateway(data, SETTINGS)) {
        Map<String, String> provider =
            Map.of("name", "up", "dialect", "openai", "base_url", upstream.baseUrl());
        assertThat(server.post("/api/providers", provider).status()).isEqualTo(201);
        Map<String, Object> route =
            Map.of("name", "fast", "targets", List.of(Map.of("model", "up/m")));
        assertThat(server.post("/api/routes", route).status()).isEqualTo(201);
        Answer answer = ask(server);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body().toString()).contains("Hello");
        first = server.get("/api/calls").body().path("data").path(0).path("id").asText();
        assertThat(first).startsWith("call_");
        assertThat(server.get("/api/collections").status()).isEqualTo(501);
        assertThat(server.get("/health/ready").status()).isEqualTo(200);
      }
      assertThat(Files.readString(data.resolve("calls.jsonl"))).contains(first);
      assertThat(data.resolve("index")).doesNotExist();

      try (PackagedServer server = PackagedServer.startGateway(data, SETTINGS)) {
        assertThat(ask(server).status()).isEqualTo(200);
        JsonNode calls = server.get("/api/calls").body().path("data");
        assertThat(calls).hasSize(2);
        assertThat(calls.path(1).path("id").asText()).isEqualTo(first);
        assertThat(server.get("/api/calls/" + first).status()).isEqualTo(200);
      }
    }
  }
}
