package dev.gimbal.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gimbal.platform.json.Json;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "ask", description = "Asks a collection and prints a cited answer.")
final class AskVerb extends Verb {
  private static final int SHOWN = 200;

  @Parameters(paramLabel = "QUESTION", description = "what to ask")
  String question = "";

  @Option(names = "--collection", description = "its name (default: ${DEFAULT-VALUE})")
  String collection = "default";

  @Option(names = "--conversation", description = "goes on with a conversation, by its id")
  @Nullable String conversation;

  @Option(names = "--answer-kind", description = "generated or quoted (default: the best there is)")
  @Nullable String answerKind;

  @Mixin ClientOptions options = new ClientOptions();

  @Override
  protected int run() throws FailedException {
    Map<String, Object> body = new HashMap<>();
    body.put("question", question);
    if (conversation != null) {
      body.put("conversation", conversation);
    }
    if (answerKind != null) {
      body.put("answer_kind", answerKind);
    }
    String path = "/api/collections/" + ApiClient.encoded(collection) + "/ask";
    try (ApiClient client = options.client()) {
      if (options.json) {
        out.println(Json.write(client.post(path, body)));
        return Exit.DONE;
      }
      body.put("stream", true);
      return stream(client, path, body);
    }
  }

  private int stream(ApiClient client, String path, Map<String, Object> body)
      throws FailedException {
    JsonNode[] end = new JsonNode[2];
    client.events(
        path,
        body,
        (event, data) -> {
          switch (event) {
            case "text" -> {
              out.print(data.path("text").asText());
              out.flush();
            }
            case "done" -> end[0] = data;
            case "error" -> end[1] = data;
            default -> {} // start and what later versions add
          }
        });
    out.println();
    if (end[1] != null) {
      throw ApiClient.problem(end[1].path("status").asInt(500), end[1].toString());
    }
    if (end[0] == null) {
      throw new FailedException(Exit.FAILED, "the answer broke off");
    }
    print(end[0]);
    return Exit.DONE;
  }

  private void print(JsonNode answer) {
    out.println();
    for (JsonNode citation : answer.path("citations")) {
      out.printf(
          "[%s] %s%n    %s%n",
          citation.path("marker").asText(),
          Places.oneLine(citation.path("quote").asText(), SHOWN),
          citation.path("url").asText());
    }
    out.printf(
        "(%s; trace %s; go on with --conversation %s)%n",
        answer.path("answer_kind").asText(),
        answer.path("trace").asText(),
        answer.path("conversation").asText());
  }
}
