package dev.gimbal.server.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Documents in, cited answers out, every call on record.
class FirstPathEndToEndIT {
  private static final String LEAVE =
      """
      # Leave

      ## Parental leave

      Employees may take sixteen weeks of parental leave after the birth or adoption of a child.
      The leave is paid in full for the first ten weeks.

      ## Sick leave

      A doctor's note is needed from the fourth day of an illness.
      """;
  private static final String TRAVEL =
      """
      # 差旅制度

      ## 住宿标准

      员工出差住宿费每晚不超过六百元，超出部分需要部门经理批准。

      ## 交通

      高铁二等座和经济舱机票可以全额报销。
      """;

  @TempDir static Path data;
  private static PackagedServer server;
  private static JsonNode upload;

  @BeforeAll
  static void start() throws Exception {
    server = PackagedServer.start(data, Map.of());
    PackagedServer.Answer answer =
        server.upload("default", Map.of("hr/leave.md", LEAVE, "差旅.md", TRAVEL));
    assertThat(answer.status()).isEqualTo(202);
    upload = answer.body();
    JsonNode job = server.ended(upload.path("job").asText());
    assertThat(job.path("state").asText()).as(job.toString()).isEqualTo("succeeded");
  }

  @AfterAll
  static void stop() throws Exception {
    server.close();
  }

  @Test
  void shouldQuoteTheSentenceThatAnswersWithItsExactPlace() throws Exception {
    JsonNode answer = ask("How many weeks of parental leave can employees take?");

    assertThat(answer.path("answer_kind").asText()).isEqualTo("quoted");
    JsonNode citation = answer.path("citations").get(0);
    assertThat(citation.path("quote").asText()).contains("sixteen weeks");
    assertThat(citation.at("/locator/section").asText()).contains("Parental leave");
    String text =
        server
            .get(
                "/api/collections/default/documents/%s/versions/%s/content"
                    .formatted(
                        citation.path("document").asText(), citation.path("version").asText()))
            .body()
            .asText();
    int start = text.offsetByCodePoints(0, citation.path("start").asInt());
    int end = text.offsetByCodePoints(0, citation.path("end").asInt());
    assertThat(text.substring(start, end)).isEqualTo(citation.path("quote").asText());
  }

  @Test
  void shouldAnswerInChineseFromTheSameCollection() throws Exception {
    JsonNode answer = ask("出差住宿费每晚的上限是多少？");

    assertThat(answer.path("answer_kind").asText()).isEqualTo("quoted");
    assertThat(answer.path("citations").get(0).path("quote").asText()).contains("六百元");
  }

  @Test
  void shouldRefuseWhatTheDocumentsDoNotSay() throws Exception {
    JsonNode answer = ask("What is the boiling point of tungsten hexafluoride?");

    assertThat(answer.path("answer_kind").asText()).isEqualTo("refused");
    assertThat(answer.path("answer").asText()).isNotBlank();
  }

  @Test
  void shouldOpenEveryAnswerAsATraceAndTheCallsBelowIt() throws Exception {
    JsonNode answer = ask("When is a doctor's note needed?");

    JsonNode trace = server.get("/api/traces/" + answer.path("trace").asText()).body();

    List<String> spans = new ArrayList<>();
    trace.path("spans").forEach(span -> spans.add(span.path("name").asText()));
    assertThat(spans).isNotEmpty();
    assertThat(trace.path("calls")).isNotEmpty();
    assertThat(trace.path("calls").get(0).path("kind").asText()).isEqualTo("embedding");
    assertThat(trace.path("calls").get(0).path("outcome").asText()).isEqualTo("succeeded");
  }

  @Test
  void shouldDoNoWorkForTheSameBytesAndServeANewVersionOfChangedOnes() throws Exception {
    server.post("/api/collections", Map.of("name", "versions"));
    JsonNode first = put("versions", "a.md", "# A\n\nThe door code is 1111.");
    JsonNode again = put("versions", "a.md", "# A\n\nThe door code is 1111.");
    JsonNode changed = put("versions", "a.md", "# A\n\nThe door code is 2222.");

    assertThat(again.path("version").asInt()).isEqualTo(first.path("version").asInt());
    assertThat(changed.path("version").asInt()).isGreaterThan(first.path("version").asInt());
    JsonNode results =
        server
            .post("/api/collections/versions/search", Map.of("query", "door code", "limit", 10))
            .body()
            .path("results");
    assertThat(results).hasSize(1);
    assertThat(results.get(0).path("text").asText()).contains("2222");
  }

  @Test
  void shouldForgetADeletedDocument() throws Exception {
    server.post("/api/collections", Map.of("name", "forgetful"));
    JsonNode document = put("forgetful", "secret.md", "# Plan\n\nThe merger is called Bluebird.");
    String path = "/api/collections/forgetful/documents/" + document.path("id").asText();

    assertThat(server.send(server.key(), "DELETE", path, null).status()).isEqualTo(204);

    assertThat(server.get(path).status()).isEqualTo(404);
    assertThat(
            server
                .post("/api/collections/forgetful/search", Map.of("query", "Bluebird"))
                .body()
                .path("results"))
        .isEmpty();
  }

  @Test
  void shouldSayWhyAFileFailedAndTakeTheOthers() throws Exception {
    server.post("/api/collections", Map.of("name", "mixed"));
    JsonNode answer =
        server
            .uploadBytes(
                "mixed",
                Map.of(
                    "good.md", "# Good\n\nThe kettle is blue.".getBytes(StandardCharsets.UTF_8),
                    "broken.pdf",
                        "%PDF-1.7 this is not a document".getBytes(StandardCharsets.UTF_8)))
            .body();
    JsonNode job = server.ended(answer.path("job").asText());

    assertThat(job.path("failed").asInt()).isEqualTo(1);
    assertThat(job.path("failures").get(0).path("item").asText()).isEqualTo("broken.pdf");
    assertThat(job.path("failures").get(0).path("message").asText()).isNotBlank();
    assertThat(
            server
                .post("/api/collections/mixed/search", Map.of("query", "kettle"))
                .body()
                .path("results"))
        .hasSize(1);
  }

  @Test
  void shouldTakeAFolderNameWhatFailedAndDoNoWorkForTheRestTheNextTime() throws Exception {
    Path folder = Files.createDirectories(data.resolve("folder/deep"));
    Files.writeString(folder.resolve("pump.md"), "# Pumps\n\nPump 7 is serviced monthly.");
    Files.writeString(folder.resolve("broken.pdf"), "%PDF-1.7 this is not a document");

    String first = ingest(folder.getParent());
    String again = ingest(folder.getParent());

    assertThat(first).contains("deep/broken.pdf", "1 of 2 documents are in collection pumps");
    assertThat(first).contains("damaged").contains("exit 1");
    assertThat(again).contains("1 of 2 documents are in collection pumps");
    JsonNode documents = server.get("/api/collections/pumps/documents?text=pump").body();
    assertThat(documents.at("/data/0/key").asText()).isEqualTo("deep/pump.md");
    assertThat(documents.at("/data/0/version").asInt()).isEqualTo(1);
  }

  /// What the verb says, and its exit code.
  private static String ingest(Path folder) throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(
            PackagedServer.command("ingest", folder.toString(), "--collection", "pumps"));
    builder.environment().keySet().removeIf(name -> name.startsWith("GIMBAL_"));
    builder.environment().put("GIMBAL_URL", server.url());
    builder.environment().put("GIMBAL_KEY", server.key());
    Process process = builder.redirectErrorStream(true).start();
    process.getOutputStream().close();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return text + "exit " + process.waitFor();
  }

  private static JsonNode put(String collection, String name, String text) throws Exception {
    JsonNode answer = server.upload(collection, Map.of(name, text)).body();
    if (answer.hasNonNull("job")) {
      server.ended(answer.path("job").asText());
    }
    return answer.path("documents").get(0);
  }

  private static JsonNode ask(String question) throws Exception {
    PackagedServer.Answer answer =
        server.post("/api/collections/default/ask", Map.of("question", question));
    assertThat(answer.status()).as(answer.body().toString()).isEqualTo(200);
    return answer.body();
  }
}
