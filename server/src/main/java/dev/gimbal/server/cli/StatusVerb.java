package dev.gimbal.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gimbal.platform.json.Json;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(name = "status", description = "Says whether the server runs and how it is.")
final class StatusVerb extends Verb {
  @Mixin ClientOptions options = new ClientOptions();

  @Override
  protected int run() throws FailedException {
    try (ApiClient client = options.client()) {
      JsonNode status = client.get("/api/status");
      if (options.json) {
        out.println(Json.write(status));
        return Exit.DONE;
      }
      out.printf("%-12s %s%n", "address", client.server());
      status
          .properties()
          .forEach(
              field ->
                  out.printf(
                      "%-12s %s%n",
                      field.getKey(),
                      field.getValue().isValueNode()
                          ? field.getValue().asText()
                          : Json.write(field.getValue())));
      return Exit.DONE;
    }
  }
}
