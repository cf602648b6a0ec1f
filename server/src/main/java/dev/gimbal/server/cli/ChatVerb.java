package dev.gimbal.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gimbal.platform.json.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "chat",
    description = {
      "Sends a prompt, or each line of standard input, to a model.",
      "With --json it writes one JSON object a line; with --schema each fits the schema,",
      "or is {\"error\": …}, and the exit code is 1 if any line failed."
    })
final class ChatVerb extends Verb {
  @Parameters(arity = "0..1", paramLabel = "PROMPT", description = "instead of standard input")
  @Nullable String prompt;

  @Option(
      names = "--model",
      description =
          "provider/model, or app:NAME (default: GIMBAL_MODEL, else the first chat model)")
  @Nullable String model;

  @Option(names = "--system", description = "instruction in front of each prompt")
  @Nullable String system;

  @Option(names = "--schema", paramLabel = "FILE", description = "JSON schema of the answers")
  @Nullable Path schemaFile;

  @Option(names = "--max-tokens", description = "limit of each answer")
  @Nullable Integer maxTokens;

  @Option(names = "--tries", description = "attempts a line, 1 to 10 (default: ${DEFAULT-VALUE})")
  int tries = 3;

  @Option(names = "--log", paramLabel = "FILE", description = "appends what became of each line")
  @Nullable Path log;

  @Mixin ClientOptions options = new ClientOptions();

  @Override
  protected int run() throws FailedException {
    if (tries < 1 || tries > 10) {
      throw new FailedException(Exit.USAGE, "--tries must be 1 to 10, but is " + tries);
    }
    if (schemaFile != null && !options.json) {
      throw new FailedException(Exit.USAGE, "--schema goes with --json");
    }
    @Nullable AnswerSchema schema = schemaFile == null ? null : AnswerSchema.read(schemaFile);
    try (ApiClient client = options.client()) {
      String chosen = model == null ? defaultModel(client) : model;
      ChatLine chat = new ChatLine(client, chosen, system, schema, maxTokens, tries);
      if (prompt != null) {
        return answer(chat, 1, prompt) ? Exit.DONE : Exit.FAILED;
      }
      return lines(chat);
    } catch (IOException e) {
      throw new FailedException(Exit.FAILED, "cannot read standard input: " + e.getMessage());
    }
  }

  private int lines(ChatLine chat) throws IOException, FailedException {
    BufferedReader lines =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    int number = 0;
    boolean all = true;
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      number++;
      if (!line.isBlank()) {
        all &= answer(chat, number, line);
      }
    }
    return all ? Exit.DONE : Exit.FAILED;
  }

  private boolean answer(ChatLine chat, int number, String line) throws FailedException {
    ChatLine.Outcome outcome = chat.ask(line);
    boolean answered = outcome.error() == null;
    if (options.json) {
      out.println(outcome.json(number));
    } else if (answered) {
      out.println(outcome.text());
    } else {
      err.println("gimbal: line " + number + ": " + outcome.message());
    }
    write(number, outcome);
    return answered;
  }

  private void write(int number, ChatLine.Outcome outcome) throws FailedException {
    if (log == null) {
      return;
    }
    try {
      Files.writeString(
          log,
          Json.write(outcome.record(number)) + "\n",
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new FailedException(Exit.FAILED, "cannot write " + log + ": " + e.getMessage());
    }
  }

  private static String defaultModel(ApiClient client) throws FailedException {
    Map<String, String> environment = System.getenv();
    String named = environment.get("GIMBAL_MODEL");
    if (named != null && !named.isEmpty()) {
      return named;
    }
    for (JsonNode candidate : client.get("/api/models").path("data")) {
      if ("chat".equals(candidate.path("kind").asText())
          && !candidate.path("scripted").asBoolean()) {
        return candidate.path("name").asText();
      }
    }
    throw new FailedException(
        Exit.USAGE,
        "no chat model: add a provider (POST /api/providers), or try --model fake/echo");
  }
}
