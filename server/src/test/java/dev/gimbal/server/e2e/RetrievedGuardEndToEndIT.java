package dev.gimbal.server.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gimbal.server.e2e.PackagedServer.Answer;
import dev.gimbal.server.e2e.ScriptedUpstream.Reply;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What an application found in real documents meets the guards of retrieved text before a model
/// sees it.
class RetrievedGuardEndToEndIT {
  private static final String LEAVE =
      "Parental leave at Acme is 26 weeks. The form is with jane.doe@acme.example in room 12.";

  private static final String QUESTION = "How many weeks is parental leave at Acme?";

  @TempDir static Path data;

  private final List<JsonNode> asked = new CopyOnWriteArrayList<>();

  private static String ask(PackagedServer server) throws Exception {
    Answer answer =
        server.post(
            "/v1/chat/completions",
            Map.of(
                "model",
                "app:default",
                "messages",
                List.of(Map.of("role", "user", "content", QUESTION))));
    assertThat(answer.status()).as(answer.body().toString()).isEqualTo(200);
    return answer.body().at("/choices/0/message/content").asText();
  }

  private static void guard(PackagedServer server, String name, String action) throws Exception {
    Answer made =
        server.post(
            "/api/guards",
            Map.of("name", name, "kind", "pii", "places", List.of("retrieved"), "action", action));
    assertThat(made.status()).as(made.body().toString()).isEqualTo(201);
  }

  @Test
  void shouldTakeOutOrKeepBackWhatAPassageHolds() throws Exception {
    Map<String, String> settings =
        Map.of(
            "GIMBAL_GATEWAY_ALLOW_PRIVATE_UPSTREAMS", "true",
            "GIMBAL_KNOWLEDGE_ANSWER_MODEL", "up/m");
    try (ScriptedUpstream upstream =
            ScriptedUpstream.start(
                call -> {
                  asked.add(call);
                  return Reply.say("Parental leave at Acme is 26 weeks [1].");
                });
        PackagedServer server = PackagedServer.start(data, settings)) {
      Map<String, String> provider =
          Map.of("name", "up", "dialect", "openai", "base_url", upstream.baseUrl());
      assertThat(server.post("/api/providers", provider).status()).isEqualTo(201);
      Answer uploaded = server.upload("default", Map.of("leave.md", LEAVE));
      server.ended(uploaded.body().path("job").asText());

      guard(server, "mask", "redact");
      assertThat(ask(server)).contains("26 weeks");
      assertThat(asked).hasSize(1);
      assertThat(ScriptedUpstream.said(asked.getFirst()))
          .contains("The form is with [email] in room 12.")
          .doesNotContain("jane.doe");

      guard(server, "stop", "block");
      assertThat(ask(server)).as("quoted from the document").contains("26 weeks");
      assertThat(asked).as("no model was asked").hasSize(1);
    }
  }
}
