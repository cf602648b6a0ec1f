package dev.gimbal.server.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion.VersionFlag;
import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.http.StreamResponse;
import com.openai.errors.BadRequestException;
import com.openai.errors.OpenAIException;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import dev.gimbal.gateway.testing.SmallModel;
import dev.gimbal.platform.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A real small model behind the packaged server, and nothing scripted: the command line, a stock
/// client, the documents' application, and the death of the model's process.
class LocalModelEndToEndIT {
  private static final String MODEL = "local/smollm2";
  private static final String ENDLESS = "local/endless";
  private static final String SCHEMA =
      """
      {"type": "object", "required": ["kind", "stars"], "additionalProperties": false,
       "properties": {"kind": {"enum": ["praise", "complaint"]},
                      "stars": {"type": "integer", "minimum": 1, "maximum": 5}}}
      """;

  @TempDir static Path place;
  private static PackagedServer server;
  private static OpenAIClient client;

  @BeforeAll
  static void start() throws Exception {
    Path file = SmallModel.file();
    Path data = Files.createDirectories(place.resolve("data"));
    Files.writeString(
        data.resolve("gimbal.yaml"),
        """
        gateway:
          scripted-models: false
          local:
            models:
              smollm2: {file: %1$s, context: 4096, threads: 1, parallel: 2}
              endless: {file: %1$s, context: 8192, threads: 1, parallel: 1}
        knowledge:
          answer-model: local/smollm2
        """
            .formatted(file));
    server = PackagedServer.start(data, Map.of());
    client =
        OpenAIOkHttpClient.builder()
            .baseUrl(server.url() + "/v1")
            .apiKey(server.key())
            .maxRetries(0)
            .timeout(Duration.ofMinutes(2))
            .build();
  }

  @AfterAll
  static void stop() {
    if (server != null) {
      client.close();
      server.close();
    }
  }

  @Test
  void shouldWriteOneObjectALineThatFitsTheSchema() throws Exception {
    Path schema = Files.writeString(place.resolve("review.schema.json"), SCHEMA);
    Path out = place.resolve("chat.out");
    Path err = place.resolve("chat.err");
    List<String> arguments =
        List.of("chat", "--model", MODEL, "--json", "--schema", schema.toString());
    ProcessBuilder builder =
        new ProcessBuilder(PackagedServer.command(arguments.toArray(String[]::new)));
    builder.environment().put("GIMBAL_URL", server.url());
    builder.environment().put("GIMBAL_KEY", server.key());
    Process process = builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start();
    try (var stdin = process.getOutputStream()) {
      stdin.write(
          "The soup was cold.\nBest noodles in town!\n面条很好吃。\n".getBytes(StandardCharsets.UTF_8));
    }

    assertThat(process.waitFor(180, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(Files.readString(err)).isZero();
    var rules = JsonSchemaFactory.getInstance(VersionFlag.V202012).getSchema(Json.tree(SCHEMA));
    assertThat(Files.readAllLines(out))
        .hasSize(3)
        .allSatisfy(line -> assertThat(rules.validate(Json.tree(line))).as(line).isEmpty());
    assertThat(calls(MODEL).getFirst().path("cost_usd").asText()).isEqualTo("0");
  }

  @Test
  void shouldStreamToAStockClientWithTheModelsUsage() throws Exception {
    StreamedChat stream =
        StreamedChat.read(client, chat(MODEL, "Name three fruits.").maxCompletionTokens(40));

    assertThat(stream.text()).hasSizeGreaterThan(5);
    long written = stream.usage().completionTokens();
    assertThat(written).isBetween(2L, 40L);
    JsonNode recorded = calls(MODEL).getFirst();
    assertThat(recorded.path("output_tokens").asLong()).isEqualTo(written);
    assertThat(recorded.path("outcome").asText()).isEqualTo("succeeded");
  }

  @Test
  void shouldNameTheFieldThatALocalModelCannotDo() {
    BadRequestException several =
        catchThrowableOfType(
            BadRequestException.class,
            () -> client.chat().completions().create(chat(MODEL, "Hi").n(2).build()));
    BadRequestException tooLong =
        catchThrowableOfType(
            BadRequestException.class,
            () -> client.chat().completions().create(chat(MODEL, "word ".repeat(6000)).build()));

    assertThat(several.param()).contains("n");
    assertThat(tooLong.code()).contains("context_length_exceeded");
  }

  @Test
  void shouldEndAStreamInAnErrorWhenTheModelsProcessIsKilledAndServeTheNextCall() throws Exception {
    int before = calls(ENDLESS).size();
    OpenAIException broken = null;

    try (StreamResponse<ChatCompletionChunk> stream =
        client
            .chat()
            .completions()
            .createStreaming(
                chat(ENDLESS, "Write a very long story about a king, a queen and a fox.")
                    .maxCompletionTokens(8000)
                    .putAdditionalBodyProperty(
                        "response_format", com.openai.core.JsonValue.from(endlessArray()))
                    .build())) {
      Iterator<ChatCompletionChunk> chunks = stream.stream().iterator();
      chunks.next();
      killModels();
      while (chunks.hasNext()) {
        chunks.next();
      }
    } catch (OpenAIException e) {
      broken = e;
    }

    assertThat(broken).isNotNull().hasMessageContaining("local/endless");
    List<JsonNode> recorded = calls(ENDLESS);
    assertThat(recorded.size() - before).isOne();
    assertThat(recorded.getFirst().path("outcome").asText()).isEqualTo("failed");
    assertThat(
            client
                .chat()
                .completions()
                .create(chat(ENDLESS, "Say: Hi.").maxCompletionTokens(5).build())
                .usage()
                .orElseThrow()
                .completionTokens())
        .isPositive();
  }

  /// A grammar that the answer can never end in.
  private static Map<String, Object> endlessArray() {
    return Map.of(
        "type",
        "json_schema",
        "json_schema",
        Map.of(
            "name",
            "numbers",
            "schema",
            Map.of("type", "array", "minItems", 5000, "items", Map.of("type", "integer"))));
  }

  private static void killModels() throws IOException {
    int killed = 0;
    for (ProcessHandle child : server.process().descendants().toList()) {
      // ProcessHandle leaves arguments out where a class path makes them long.
      Path line = Path.of("/proc", Long.toString(child.pid()), "cmdline");
      if (Files.exists(line) && Files.readString(line).contains("GenerationChild")) {
        child.destroyForcibly();
        killed++;
      }
    }
    assertThat(killed).isPositive();
  }

  @Test
  void shouldWriteAnswersOfTheDocumentsApplication() throws Exception {
    JsonNode upload =
        server
            .upload(
                "default",
                Map.of(
                    "leave.md", "# Leave\n\nEmployees may take sixteen weeks of parental leave.\n"))
            .body();
    server.ended(upload.path("job").asText());
    int before = calls(MODEL).size();

    JsonNode answer =
        server
            .post(
                "/api/collections/default/ask",
                Map.of("question", "How many weeks of parental leave can employees take?"))
            .body();

    // A model this small may cite nothing, then the sentence is quoted; but it was asked.
    assertThat(answer.path("answer_kind").asText()).isIn("generated", "quoted");
    assertThat(answer.path("answer").asText()).contains("sixteen");
    assertThat(answer.path("citations")).isNotEmpty();
    assertThat(calls(MODEL)).hasSizeGreaterThan(before);
  }

  private static ChatCompletionCreateParams.Builder chat(String model, String said) {
    return ChatCompletionCreateParams.builder().model(model).addUserMessage(said);
  }

  private static List<JsonNode> calls(String model) throws Exception {
    List<JsonNode> calls = new ArrayList<>();
    server.get("/api/calls?limit=200&model=" + model).body().path("data").forEach(calls::add);
    return calls;
  }
}
