package dev.gimbal.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gimbal.platform.json.Json;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "search", description = "Finds passages.")
final class SearchVerb extends Verb {
  private static final int SHOWN = 300;

  @Parameters(paramLabel = "QUERY", description = "what to look for")
  String query = "";

  @Option(names = "--collection", description = "its name (default: ${DEFAULT-VALUE})")
  String collection = "default";

  @Option(names = "--retrieval", description = "hybrid, keyword or vector")
  String retrieval = "hybrid";

  @Option(names = "--limit", description = "passages, 1 to 1000 (default: ${DEFAULT-VALUE})")
  int limit = 10;

  @Mixin ClientOptions options = new ClientOptions();

  @Override
  protected int run() throws FailedException {
    try (ApiClient client = options.client()) {
      JsonNode answer =
          client.post(
              "/api/collections/" + ApiClient.encoded(collection) + "/search",
              Map.of("query", query, "retrieval", retrieval, "limit", limit));
      if (options.json) {
        out.println(Json.write(answer));
        return Exit.DONE;
      }
      int rank = 1;
      for (JsonNode result : answer.path("results")) {
        out.printf(
            "%2d. %s%s  (%.3f)%n    %s%n",
            rank++,
            result.path("title").asText(),
            Places.of(result.path("locator")),
            result.path("score").asDouble(),
            Places.oneLine(result.path("text").asText(), SHOWN));
      }
      if (rank == 1) {
        out.println("nothing found");
      }
      return Exit.DONE;
    }
  }
}
