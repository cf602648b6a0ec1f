package dev.gimbal.server.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gimbal.gateway.testing.ScenarioUpstream;
import dev.gimbal.platform.database.embedded.EmbeddedPostgres;
import dev.gimbal.platform.json.Json;
import dev.gimbal.server.e2e.PackagedServer.Answer;
import io.vertx.core.Vertx;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// How a server ends.
class StopEndToEndIT {
  private static final int DRAIN_SECONDS = 2;

  /// What closing may take, and as much again for a machine that does other things.
  private static final int CLOSING_SECONDS = 30;

  /// More than a second reads.
  private static final int DOCUMENTS = 12;

  @TempDir Path directory;

  @Test
  void shouldLetARunningStreamEndAndSayMeanwhileThatItIsNotReady() throws Exception {
    Vertx vertx = Vertx.vertx();
    try (ScenarioUpstream upstream = ScenarioUpstream.start(vertx);
        HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        PackagedServer server =
            PackagedServer.start(
                directory, Map.of("GIMBAL_GATEWAY_ALLOW_PRIVATE_UPSTREAMS", "true"))) {
      Map<String, String> provider =
          Map.of(
              "name", "scenario",
              "dialect", "openai",
              "base_url", upstream.baseUrl(),
              "credential", "sk-any");
      assertThat(server.post("/api/providers", provider).status()).isEqualTo(201);
      CompletableFuture<HttpResponse<String>> stream =
          http.sendAsync(slowCall(server), BodyHandlers.ofString());
      upstream.awaitCall(1);

      server.process().destroy();

      server.await("/health/ready", body -> body.path("status").asText().equals("not ready"));
      assertThat(server.get("/health/ready").status()).isEqualTo(503);
      assertThat(server.get("/health/live").status()).isEqualTo(200);
      assertThat(server.get("/api/collections").status()).isEqualTo(503);
      assertThat(stream.get(1, TimeUnit.MINUTES).body()).contains("token19").contains("[DONE]");
    } finally {
      vertx.close().await(20, TimeUnit.SECONDS);
    }
  }

  /// The embedding models run on while it drains, though their library closes itself when the JVM
  /// is told to end.
  @Test
  void shouldEndCleanlyDuringAnIngestionAndGoOnWithItLater() throws Exception {
    Map<String, String> settings = Map.of("GIMBAL_DRAIN_TIME", "4s");
    String job;
    try (PackagedServer server = PackagedServer.start(directory, settings)) {
      Map<String, String> files = new HashMap<>();
      for (int number = 0; number < DOCUMENTS; number++) {
        files.put("d" + number + ".md", ("# Kettle\n\n" + "It boils. ".repeat(600)) + number);
      }
      Answer upload = server.upload("default", files);
      assertThat(upload.status()).isEqualTo(202);
      job = upload.body().path("job").asText();

      server.await(
          "/api/collections/default/documents?limit=200",
          documents -> documents.toString().contains("\"ready\""));
      server.process().toHandle().destroy();

      assertThat(server.process().waitFor(4 + CLOSING_SECONDS, TimeUnit.SECONDS)).isTrue();
      assertThat(server.process().exitValue()).as("its JVM did not crash").isEqualTo(128 + 15);
      assertThat(directory.resolve("postgres/postmaster.pid")).doesNotExist();
    }
    try (PackagedServer server = PackagedServer.start(directory, settings)) {
      JsonNode ended = server.ended(job);

      assertThat(ended.path("state").asText()).as(ended.toString()).isEqualTo("succeeded");
      JsonNode documents = server.get("/api/collections/default/documents?limit=200").body();
      assertThat(documents.path("data")).hasSize(DOCUMENTS);
      assertThat(documents.path("data"))
          .allSatisfy(document -> assertThat(document.path("state").asText()).isEqualTo("ready"));
    }
  }

  /// Stopped in their tracks, its processes keep their connections and never answer: what asks them
  /// anything while it closes waits for ever.
  @Test
  void shouldStopInItsTimeWhenAnExternalDatabaseAnswersNothingAnyMore() throws Exception {
    try (EmbeddedPostgres external = EmbeddedPostgres.start(directory.resolve("postgres"));
        PackagedServer server =
            PackagedServer.start(
                directory.resolve("data"),
                Map.of(
                    "GIMBAL_DATABASE_URL", external.endpoint().url("postgres"),
                    "GIMBAL_DATABASE_USER", external.endpoint().user(),
                    "GIMBAL_DATABASE_PASSWORD", external.endpoint().password(),
                    "GIMBAL_DRAIN_TIME", DRAIN_SECONDS + "s"))) {
      assertThat(server.upload("default", Map.of("a.md", "# A\n\nThe kettle is blue.")).status())
          .isEqualTo(202);
      ProcessHandle postmaster = ProcessHandle.of(external.pid().orElseThrow()).orElseThrow();
      List<ProcessHandle> processes =
          Stream.concat(Stream.of(postmaster), postmaster.descendants()).toList();
      assertThat(processes).hasSizeGreaterThan(2);
      signal("STOP", processes);
      try {
        server.process().destroy();

        assertThat(server.process().waitFor(DRAIN_SECONDS + CLOSING_SECONDS, TimeUnit.SECONDS))
            .as("it ended by itself")
            .isTrue();
      } finally {
        server.kill();
        signal("CONT", processes);
      }
    }
  }

  private static void signal(String name, List<ProcessHandle> processes) throws Exception {
    List<String> command = new ArrayList<>(List.of("kill", "-" + name));
    processes.forEach(process -> command.add(Long.toString(process.pid())));
    assertThat(new ProcessBuilder(command).start().waitFor()).isZero();
  }

  private static HttpRequest slowCall(PackagedServer server) {
    Map<String, Object> call =
        Map.of(
            "model",
            "scenario/slow-100",
            "stream",
            true,
            "messages",
            List.of(Map.of("role", "user", "content", "Tell me slowly.")));
    return HttpRequest.newBuilder(URI.create(server.url() + "/v1/chat/completions"))
        .header("authorization", "Bearer " + server.key())
        .header("content-type", "application/json")
        .POST(BodyPublishers.ofByteArray(Json.bytes(call)))
        .build();
  }
}
