package dev.gimbal.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gimbal.platform.json.Json;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "keys",
    description = "Lists, creates, rotates and revokes keys.",
    subcommands = {
      KeysVerb.ListKeys.class,
      KeysVerb.Create.class,
      KeysVerb.Rotate.class,
      KeysVerb.Revoke.class
    })
final class KeysVerb implements Callable<Integer> {
  @CommandLine.Spec CommandLine.Model.@Nullable CommandSpec spec;

  @Override
  public Integer call() {
    if (spec != null) {
      spec.commandLine().usage(System.err);
    }
    return Exit.USAGE;
  }

  @Command(name = "list", description = "The keys of your tenant.")
  static final class ListKeys extends Verb {
    @Mixin ClientOptions options = new ClientOptions();

    @Override
    protected int run() throws FailedException {
      try (ApiClient client = options.client()) {
        String cursor = "";
        do {
          JsonNode page = client.get("/api/keys?limit=200" + cursor);
          page.path("data").forEach(this::print);
          String next = page.path("next").asText("");
          cursor =
              next.isEmpty() || next.equals("null") ? "" : "&cursor=" + ApiClient.encoded(next);
        } while (!cursor.isEmpty());
        return Exit.DONE;
      }
    }

    private void print(JsonNode key) {
      out.println(
          options.json
              ? Json.write(key)
              : "%s  %-14s %s"
                  .formatted(
                      key.path("id").asText(),
                      key.path("role").asText(),
                      key.path("name").asText()));
    }
  }

  @Command(name = "create", description = "Makes a key and prints it, once.")
  static final class Create extends Verb {
    @Parameters(paramLabel = "NAME", description = "what it is for")
    String name = "";

    @Option(names = "--role", description = "viewer, developer or administrator")
    String role = "developer";

    @Option(names = "--expires-at", description = "RFC 3339 time")
    @Nullable String expiresAt;

    @Option(names = "--requests-per-minute", description = "limit on model calls")
    @Nullable Integer requestsPerMinute;

    @Option(
        names = "--tag",
        paramLabel = "NAME=VALUE",
        description = "tag of its model calls; several are allowed")
    Map<String, String> tags = new HashMap<>();

    @Mixin ClientOptions options = new ClientOptions();

    @Override
    protected int run() throws FailedException {
      Map<String, Object> body = new HashMap<>(Map.of("name", name, "role", role));
      if (expiresAt != null) {
        body.put("expires_at", expiresAt);
      }
      if (requestsPerMinute != null) {
        body.put("requests_per_minute", requestsPerMinute);
      }
      if (!tags.isEmpty()) {
        body.put("tags", tags);
      }
      try (ApiClient client = options.client()) {
        JsonNode key = client.post("/api/keys", body);
        out.println(options.json ? Json.write(key) : key.path("key").asText());
        return Exit.DONE;
      }
    }
  }

  @Command(
      name = "rotate",
      description = "Gives a key another secret and prints it, once; the old one ends later.")
  static final class Rotate extends Verb {
    @Parameters(paramLabel = "KEY", description = "name or id, as keys list shows it")
    String key = "";

    @Option(
        names = "--overlap-hours",
        description = "how long the old secret stays good, 0 to 720; default 24")
    @Nullable Integer overlapHours;

    @Option(names = "--expires-at", description = "RFC 3339 time")
    @Nullable String expiresAt;

    @Mixin ClientOptions options = new ClientOptions();

    @Override
    protected int run() throws FailedException {
      Map<String, Object> body = new HashMap<>();
      if (overlapHours != null) {
        body.put("overlap_hours", overlapHours);
      }
      if (expiresAt != null) {
        body.put("expires_at", expiresAt);
      }
      try (ApiClient client = options.client()) {
        JsonNode rotated = client.post("/api/keys/" + ApiClient.encoded(key) + "/rotate", body);
        out.println(options.json ? Json.write(rotated) : rotated.path("key").asText());
        return Exit.DONE;
      }
    }
  }

  @Command(name = "revoke", description = "Ends a key at once.")
  static final class Revoke extends Verb {
    @Parameters(paramLabel = "KEY_ID", description = "as keys list shows it")
    String key = "";

    @Mixin ClientOptions options = new ClientOptions();

    @Override
    protected int run() throws FailedException {
      try (ApiClient client = options.client()) {
        client.delete("/api/keys/" + ApiClient.encoded(key));
        out.println("revoked " + key);
        return Exit.DONE;
      }
    }
  }
}
