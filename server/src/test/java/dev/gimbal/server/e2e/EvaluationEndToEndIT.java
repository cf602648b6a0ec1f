package dev.gimbal.server.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gimbal.platform.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// How good it is, measured through the product's own doors, and what people say of it.
class EvaluationEndToEndIT {
  private static final String TRACE = "0123456789abcdef0123456789abcdef";

  @TempDir static Path data;
  @TempDir static Path folder;
  private static PackagedServer server;

  @BeforeAll
  static void start() throws Exception {
    server = PackagedServer.start(data, Map.of());
    JsonNode upload =
        server
            .upload(
                "default",
                Map.of("leave.md", "# Leave\n\nParental leave at Acme is sixteen weeks long.\n"))
            .body();
    server.ended(upload.path("job").asText());
  }

  @AfterAll
  static void stop() throws Exception {
    server.close();
  }

  /// Of the two documents that the second query calls relevant, the corpus lacks one.
  @Test
  void shouldMeasureEachWayToSearchAndWriteTheWorstQueriesFirst() throws Exception {
    Path set = Files.createDirectories(folder.resolve("birds"));
    Files.createDirectories(set.resolve("qrels"));
    Files.writeString(
        set.resolve("corpus.jsonl"),
        """
        {"_id": "a", "title": "Swans", "text": "Swans are white and mute."}
        {"_id": "b", "title": "", "text": "Herons stand still for hours."}
        {"_id": "c", "title": "Owls", "text": "Owls hunt by night."}
        """);
    Files.writeString(
        set.resolve("queries.jsonl"),
        """
        {"_id": "good", "text": "which birds hunt by night: owls"}
        {"_id": "half", "text": "herons stand still"}
        {"_id": "unjudged", "text": "white swans"}
        """);
    Files.writeString(
        set.resolve("qrels/test.tsv"),
        "query-id\tcorpus-id\tscore\ngood\tc\t1\nhalf\tb\t1\nhalf\tlost\t1\n");
    Path report = folder.resolve("retrieval.jsonl");
    Path runs = folder.resolve("runs");

    List<JsonNode> lines =
        eval("retrieval", "--beir", set, "--json", "--out", report, "--runs", runs);

    assertThat(lines)
        .extracting(line -> line.path("strategy").asText())
        .containsExactly("keyword", "vector", "hybrid");
    double half = 1 / (1 + 1 / (Math.log(3) / Math.log(2)));
    for (JsonNode line : lines) {
      assertThat(line.path("queries").asInt()).isEqualTo(2);
      assertThat(line.path("ndcg_at_10").asDouble()).isCloseTo((1 + half) / 2, within(0.000_1));
      assertThat(line.path("recall_at_100").asDouble()).isCloseTo(0.75, within(0.000_1));
      assertThat(line.path("map").asDouble()).isCloseTo(0.75, within(0.000_1));
      assertThat(line.path("mrr_at_10").asDouble()).isEqualTo(1);
      assertThat(line.path("precision_at_5").asDouble()).isCloseTo(0.2, within(0.000_1));
      assertThat(line.at("/intervals/map/low").asDouble()).isBetween(0.5, 0.75);
    }
    List<JsonNode> queries = read(report);
    assertThat(queries)
        .extracting(line -> line.path("query").asText())
        .containsExactly("half", "good", "half", "good", "half", "good");
    assertThat(queries.getFirst().path("missed").toString()).isEqualTo("[\"lost\"]");
    assertThat(Files.readString(runs.resolve("hybrid.run"))).contains("good Q0 c 1 ");
  }

  @Test
  void shouldCountAnswersThatHoldThatWereRefusedWronglyAndThatAreWrong() throws Exception {
    Path cases = folder.resolve("cases.jsonl");
    Files.writeString(
        cases,
        """
        {"question": "How long is parental leave at Acme?", "text": "sixteen weeks", "type": "t"}
        {"question": "How long is parental leave at Acme?", "document": "leave.md", "start": 9, "end": 20}
        {"question": "How long is parental leave at Acme?", "text": "ninety days"}
        {"question": "What is the boiling point of tungsten?", "text": "5,900"}
        {"question": "What is the boiling point of tungsten?", "refusal": true}
        """);
    Path report = folder.resolve("answers.jsonl");

    List<JsonNode> lines = eval("answers", "--cases", cases, "--json", "--out", report);

    assertThat(lines).extracting(line -> line.path("type").asText()).containsExactly("all", "t");
    JsonNode all = lines.getFirst();
    assertThat(all.path("cases").asInt()).isEqualTo(5);
    assertThat(all.path("held").asDouble()).isCloseTo(0.6, within(0.000_1));
    assertThat(all.path("refused_wrongly").asDouble()).isCloseTo(0.2, within(0.000_1));
    assertThat(all.path("answered_wrongly").asDouble()).isCloseTo(0.2, within(0.000_1));
    assertThat(read(report))
        .extracting(line -> line.path("verdict").asText())
        .containsExactly("HELD", "HELD", "ANSWERED_WRONGLY", "REFUSED_WRONGLY", "HELD");
  }

  @Test
  void shouldKeepTheLatestOpinionOfEachWhoGaveOne() throws Exception {
    Map<String, String> down = Map.of("trace", TRACE, "value", "down", "comment", "It rained.");
    JsonNode first = server.post("/api/feedback", Map.of("trace", TRACE, "value", "up")).body();
    PackagedServer.Answer later = server.post("/api/feedback", down);
    Map<String, Object> viewer = Map.of("name", "reader", "role", "viewer");
    String reader = server.post("/api/keys", viewer).body().path("key").asText();
    server.send(reader, "POST", "/api/feedback", Map.of("trace", TRACE, "value", "up"));

    assertThat(later.status()).isEqualTo(201);
    assertThat(later.body().path("id")).isEqualTo(first.path("id"));
    JsonNode kept = server.get("/api/feedback?trace=" + TRACE).body().path("data");
    assertThat(kept).hasSize(2);
    assertThat(kept.findValuesAsText("value")).containsExactly("up", "down");
    assertThat(kept.get(1).path("comment").asText()).isEqualTo("It rained.");
    assertThat(server.get("/api/feedback?trace=" + "f".repeat(32)).body().path("data")).isEmpty();
    Map<String, String> wrong = new HashMap<>(Map.of("trace", TRACE, "value", "sideways"));
    assertThat(server.post("/api/feedback", wrong).body().at("/errors/0/field").asText())
        .isEqualTo("value");
    wrong.putAll(Map.of("trace", "../x", "value", "up"));
    assertThat(server.post("/api/feedback", wrong).body().at("/errors/0/field").asText())
        .isEqualTo("trace");
    assertThat(server.send(reader, "GET", "/api/feedback", null).status()).isEqualTo(403);
  }

  /// The JSON lines that a verb prints.
  private static List<JsonNode> eval(Object... arguments) throws Exception {
    List<String> all = new ArrayList<>(List.of("eval"));
    for (Object argument : arguments) {
      all.add(argument.toString());
    }
    ProcessBuilder builder = new ProcessBuilder(PackagedServer.command(all.toArray(String[]::new)));
    builder.environment().keySet().removeIf(name -> name.startsWith("GIMBAL_"));
    builder.environment().put("GIMBAL_URL", server.url());
    builder.environment().put("GIMBAL_KEY", server.key());
    Path complaints = folder.resolve("complaints.txt");
    Process process = builder.redirectError(complaints.toFile()).start();
    process.getOutputStream().close();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(Files.readString(complaints)).isZero();
    return parsed(text);
  }

  private static List<JsonNode> read(Path file) throws IOException {
    return parsed(Files.readString(file));
  }

  private static List<JsonNode> parsed(String lines) throws IOException {
    List<JsonNode> parsed = new ArrayList<>();
    for (String line : lines.lines().toList()) {
      parsed.add(Json.tree(line));
    }
    return parsed;
  }
}
