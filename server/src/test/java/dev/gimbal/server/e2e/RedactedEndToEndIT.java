package dev.gimbal.server.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gimbal.platform.json.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// With `evidence.content: redacted` personal data and secrets pass through and are written down
/// nowhere: not in the database, its log of changes, the journal or a log.
class RedactedEndToEndIT {
  private static final String MAIL = "ann.lindqvist@example.com";
  private static final String SECRET = "sk-proj-Zk4tQ9vLw2Rx7Yb1Nc8Mh5Pj3Gd6Fs0A";
  private static final String HEADER = "Tr0ub4dor-and-3-horses";

  /// Stays, so that a search that finds nothing is known to look in the right places.
  private static final String WORD = "gooseberry";

  @TempDir static Path data;
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private static PackagedServer server;

  @BeforeAll
  static void start() throws Exception {
    server = PackagedServer.start(data, Map.of("GIMBAL_EVIDENCE_CONTENT", "redacted"));
  }

  @AfterAll
  static void stop() {
    HTTP.close();
    server.close();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void shouldWriteDownNeitherAMailAddressNorAKeyOfWhatWasSaid(boolean stream) throws Exception {
    HttpResponse<String> answer = say(stream);
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(said(answer.body(), stream)).contains(MAIL, SECRET);

    JsonNode call =
        server
            .get("/api/calls/" + answer.headers().firstValue("x-gimbal-call").orElseThrow())
            .body();
    JsonNode trace = server.get("/api/traces/" + call.path("trace").asText()).body();

    assertThat(call.at("/content/input").asText()).contains(WORD, "[email]", "[secret]");
    assertThat(call.at("/content/output").asText()).contains(WORD, "[email]", "[secret]");
    assertThat(call.at("/tags/user").asText()).isEqualTo("[email]");
    assertThat(call.at("/tags/team").asText()).isEqualTo("blue");
    assertThat(trace.toString()).contains(WORD, "[email]");
    assertThat(call + trace.toString()).doesNotContain(MAIL, SECRET, HEADER);
    assertThat(server.get("/api/traces?text=" + WORD).body().path("data")).isNotEmpty();
    assertThat(server.get("/api/traces?text=lindqvist").body().path("data")).isEmpty();
  }

  @Test
  void shouldLeaveThemInNoFile() throws Exception {
    say(false);
    say(true);
    server.await("/api/traces?text=" + WORD, found -> found.path("data").size() >= 2);

    assertThat(filesWith(WORD)).as("where it was written").isNotEmpty();
    assertThat(filesWith("[secret]")).isNotEmpty();
    assertThat(filesWith(MAIL)).isEmpty();
    assertThat(filesWith("lindqvist")).isEmpty();
    assertThat(filesWith(SECRET)).isEmpty();
    assertThat(filesWith(SECRET.substring(12))).isEmpty();
    assertThat(filesWith(HEADER)).isEmpty();
  }

  private static HttpResponse<String> say(boolean stream) throws Exception {
    String text = "The %s is for %s, who has the key %s, as ever.".formatted(WORD, MAIL, SECRET);
    byte[] body =
        Json.bytes(
            Map.of(
                "model",
                "fake/echo",
                "stream",
                stream,
                "messages",
                List.of(Map.of("role", "user", "content", text))));
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(server.url() + "/v1/chat/completions"))
            .header("authorization", "Bearer " + server.key())
            .header("x-other-key", HEADER)
            .header("x-gimbal-tag-user", MAIL)
            .header("x-gimbal-tag-team", "blue")
            .POST(BodyPublishers.ofByteArray(body))
            .build();
    return HTTP.send(request, BodyHandlers.ofString());
  }

  /// What the caller reads.
  private static String said(String body, boolean stream) throws IOException {
    if (!stream) {
      return Json.tree(body).at("/choices/0/message/content").asText();
    }
    StringBuilder said = new StringBuilder();
    for (String line : body.lines().toList()) {
      if (line.startsWith("data: {")) {
        said.append(Json.tree(line.substring(6)).at("/choices/0/delta/content").asText());
      }
    }
    return said.toString();
  }

  private static List<Path> filesWith(String text) throws IOException {
    List<Path> found = new ArrayList<>();
    try (Stream<Path> files = Files.walk(data)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        if (holds(file, text)) {
          found.add(file);
        }
      }
    }
    return found;
  }

  private static boolean holds(Path file, String text) throws IOException {
    try {
      return Files.readString(file, StandardCharsets.ISO_8859_1).contains(text);
    } catch (NoSuchFileException e) {
      // PostgreSQL removed it meanwhile.
      return false;
    }
  }
}
