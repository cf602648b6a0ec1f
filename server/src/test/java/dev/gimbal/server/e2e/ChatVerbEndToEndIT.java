package dev.gimbal.server.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gimbal.platform.json.Json;
import dev.gimbal.server.e2e.ScriptedUpstream.Reply;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `gimbal chat --json --schema`: lines in, one object a line out, an exit code that tells.
class ChatVerbEndToEndIT {
  private static final String SCHEMA =
      """
      {"type": "object", "required": ["city", "people"], "additionalProperties": false,
       "properties": {"city": {"type": "string"}, "people": {"type": "integer"}}}
      """;
  private static final String BERLIN = "{\"city\":\"Berlin\",\"people\":3700000}";
  private static final String BEIJING = "{\"city\":\"北京\",\"people\":21000000}";

  /// How often the upstream is busy yet.
  private static final AtomicInteger BUSY = new AtomicInteger();

  @TempDir static Path place;
  private static ScriptedUpstream upstream;
  private static PackagedServer server;
  private static Path schema;

  @BeforeAll
  static void start() throws Exception {
    schema = Files.writeString(place.resolve("city.schema.json"), SCHEMA);
    upstream = ScriptedUpstream.start(ChatVerbEndToEndIT::script);
    server =
        PackagedServer.start(
            place.resolve("data"), Map.of("GIMBAL_GATEWAY_ALLOW_PRIVATE_UPSTREAMS", "true"));
    Map<String, String> provider =
        Map.of(
            "name", "script",
            "dialect", "openai",
            "base_url", upstream.baseUrl(),
            "credential", "sk-scripted");
    assertThat(server.post("/api/providers", provider).status()).isEqualTo(201);
  }

  @AfterAll
  static void stop() {
    server.close();
    upstream.close();
  }

  private static Reply script(JsonNode call) {
    return switch (ScriptedUpstream.said(call)) {
      case "Berlin" -> Reply.say(BERLIN);
      case "北京" -> Reply.say("```json\n" + BEIJING + "\n```");
      case "never" -> Reply.say("I would rather not.");
      case "mends" -> Reply.say("{\"city\":\"Rome\",\"people\":\"many\"}");
      case "busy" -> BUSY.decrementAndGet() >= 0 ? new Reply(503, "busy") : Reply.say(BERLIN);
      case "refused" -> new Reply(400, "the prompt is not allowed");
      default ->
          Reply.say(
              call.path("messages").findValuesAsText("content").contains("mends")
                  ? "{\"city\":\"Rome\",\"people\":2800000}"
                  : "no");
    };
  }

  @Test
  void shouldWriteOneObjectALineThatFitsTheSchema() throws Exception {
    Run run = chat("Berlin\n\n北京\n");

    assertThat(run.exit()).as(run.complaint()).isZero();
    assertThat(run.lines()).containsExactly(BERLIN, BEIJING);
    JsonNode sent = upstream.received("Berlin").getFirst();
    assertThat(sent.at("/response_format/json_schema/schema")).isEqualTo(Json.tree(SCHEMA));
  }

  @Test
  void shouldAskAgainWithTheReasonForAnAnswerThatDoesNotFit() throws Exception {
    Run run = chat("mends\n");

    assertThat(run.exit()).as(run.complaint()).isZero();
    assertThat(run.lines()).containsExactly("{\"city\":\"Rome\",\"people\":2800000}");
    List<JsonNode> tries = upstream.received("mends");
    assertThat(tries).hasSize(2);
    assertThat(ScriptedUpstream.said(tries.getLast())).contains("people", "integer");
  }

  @Test
  void shouldTryAgainWhatMaySucceedLater() throws Exception {
    BUSY.set(1);

    Run run = chat("busy\n");

    assertThat(run.exit()).as(run.complaint()).isZero();
    assertThat(run.lines()).containsExactly(BERLIN);
    assertThat(upstream.received("busy")).hasSize(2);
  }

  @Test
  void shouldWriteAnErrorObjectForTheLineThatFailsAndAnswerTheOthers() throws Exception {
    Path log = place.resolve("chat.log");
    Run run = chat("never\nrefused\nBerlin\n", "--log", log.toString());

    assertThat(run.exit()).isEqualTo(1);
    assertThat(run.lines()).hasSize(3);
    JsonNode unfit = Json.tree(run.lines().get(0));
    assertThat(unfit.path("line").asInt()).isEqualTo(1);
    assertThat(unfit.at("/error/code").asText()).isEqualTo("answer_invalid");
    assertThat(unfit.at("/error/message").asText()).contains("not JSON");
    JsonNode refused = Json.tree(run.lines().get(1));
    assertThat(refused.path("line").asInt()).isEqualTo(2);
    assertThat(refused.at("/error/message").asText()).contains("not allowed");
    assertThat(run.lines().get(2)).isEqualTo(BERLIN);
    assertThat(upstream.received("never")).hasSize(3);
    assertThat(upstream.received("refused")).hasSize(1);
    assertThat(Files.readAllLines(log)).hasSize(3);
  }

  @Test
  void shouldPutEveryTryOnRecord() throws Exception {
    int before = recorded();

    chat("Berlin\nnever\n");

    assertThat(recorded() - before).isEqualTo(4);
  }

  @Test
  void shouldSayUsageWithTwoAndUnreachableWithThree() throws Exception {
    Run unknown = run(Map.of(), "Berlin\n", "chat", "--no-such-option");
    Run withoutJson =
        run(Map.of(), "Berlin\n", "chat", "--model", "script/any", "--schema", schema.toString());
    Run notThere = chat("Berlin\n", "--schema", place.resolve("none.json").toString());
    Run unreachable =
        run(
            Map.of("GIMBAL_URL", "http://127.0.0.1:1", "GIMBAL_KEY", "any"),
            "Berlin\n",
            "chat",
            "--model",
            "script/any",
            "--json",
            "--tries",
            "1");

    assertThat(unknown.exit()).isEqualTo(2);
    assertThat(withoutJson.exit()).isEqualTo(2);
    assertThat(withoutJson.complaint()).contains("--json");
    assertThat(notThere.exit()).isEqualTo(2);
    assertThat(unreachable.exit()).isEqualTo(3);
    assertThat(unreachable.complaint()).contains("127.0.0.1:1");
    assertThat(unreachable.lines()).isEmpty();
  }

  private static int recorded() throws Exception {
    return server.get("/api/calls?limit=200&model=script/any").body().path("data").size();
  }

  private record Run(int exit, List<String> lines, String complaint) {}

  private static Run chat(String input, String... more) throws Exception {
    List<String> arguments = new ArrayList<>(List.of("chat", "--model", "script/any", "--json"));
    if (!List.of(more).contains("--schema")) {
      arguments.addAll(List.of("--schema", schema.toString()));
    }
    arguments.addAll(List.of(more));
    return run(
        Map.of("GIMBAL_URL", server.url(), "GIMBAL_KEY", server.key()),
        input,
        arguments.toArray(String[]::new));
  }

  private static Run run(Map<String, String> settings, String input, String... arguments)
      throws Exception {
    Path out = Files.createTempFile(place, "chat", ".out");
    Path err = Files.createTempFile(place, "chat", ".err");
    ProcessBuilder builder = new ProcessBuilder(PackagedServer.command(arguments));
    builder.environment().keySet().removeIf(name -> name.startsWith("GIMBAL_"));
    builder.environment().putAll(settings);
    Process process = builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start();
    try (var stdin = process.getOutputStream()) {
      stdin.write(input.getBytes(StandardCharsets.UTF_8));
    }
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return new Run(process.exitValue(), Files.readAllLines(out), Files.readString(err));
  }
}
