package dev.gimbal.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gimbal.platform.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "ingest",
    description = {
      "Puts documents into a collection and waits until they can be found.",
      "Run it again after an interruption: what is there already costs no work."
    })
final class IngestVerb extends Verb {
  /// Files that travel in one request, at most; small ones gain, large ones go alone.
  private static final int FILES_AT_ONCE = 50;

  private static final long BYTES_AT_ONCE = 32L << 20;

  @Parameters(arity = "1..*", paramLabel = "DIR|FILE", description = "what to put in")
  List<Path> paths = List.of();

  @Option(names = "--collection", description = "its name; made if new (default: ${DEFAULT-VALUE})")
  String collection = "default";

  @Option(
      names = "--metadata",
      paramLabel = "KEY=VALUE",
      description = "said of each document, and a filter when searching")
  Map<String, String> metadata = new HashMap<>();

  @Mixin ClientOptions options = new ClientOptions();

  private record Item(Path file, String key, long bytes) {}

  @Override
  protected int run() throws FailedException {
    List<Item> items = items();
    if (items.isEmpty()) {
      throw new FailedException(Exit.FAILED, "no files in " + paths);
    }
    try (ApiClient client = options.client()) {
      if (client.ensureCollection(collection) && !options.json) {
        err.println("made collection " + collection);
      }
      return put(client, items);
    }
  }

  private int put(ApiClient client, List<Item> items) throws FailedException {
    Progress progress = new Progress(err, items.size());
    List<String> jobs = new ArrayList<>();
    List<JsonNode> failures = new ArrayList<>();
    for (List<Item> batch : batches(items)) {
      JsonNode answer = upload(client, batch);
      if (answer.hasNonNull("job")) {
        jobs.add(answer.path("job").asText());
      }
      int waiting = 0;
      for (JsonNode document : answer.path("documents")) {
        waiting += "ready".equals(document.path("state").asText()) ? 0 : 1;
        // The job names the files that were not taken among its own failures.
        if ("failed".equals(document.path("state").asText()) && !answer.hasNonNull("job")) {
          failures.add(failure(document));
          waiting--;
        }
      }
      progress.sent(batch.size(), batch.size() - waiting);
    }
    for (String job : jobs) {
      follow(client, job, progress, failures);
    }
    progress.end();
    report(items.size(), failures);
    return failures.isEmpty() ? Exit.DONE : Exit.FAILED;
  }

  private static JsonNode failure(JsonNode document) {
    return Json.MAPPER
        .createObjectNode()
        .put("item", document.path("key").asText())
        .put("code", document.at("/error/code").asText())
        .put("message", document.at("/error/message").asText());
  }

  private JsonNode upload(ApiClient client, List<Item> batch) throws FailedException {
    Multipart form = new Multipart();
    if (!metadata.isEmpty()) {
      form.field("metadata", Json.write(metadata));
    }
    for (Item item : batch) {
      form.file("file", item.key(), item.file());
    }
    return client.post(
        "/api/collections/" + ApiClient.encoded(collection) + "/documents",
        form.contentType(),
        form.body());
  }

  private void follow(ApiClient client, String job, Progress progress, List<JsonNode> failures)
      throws FailedException {
    JsonNode[] last = new JsonNode[1];
    long[] before = {0};
    client.events(
        "/api/jobs/" + job + "/events",
        (event, data) -> {
          last[0] = data;
          long done = data.path("done").asLong();
          progress.done(done - before[0]);
          before[0] = done;
        });
    JsonNode state = last[0] == null ? client.get("/api/jobs/" + job) : last[0];
    for (JsonNode failure : state.path("failures")) {
      failures.add(failure);
    }
    if ("failed".equals(state.path("state").asText()) && state.path("failures").isEmpty()) {
      throw new FailedException(Exit.FAILED, "the job " + job + " failed");
    }
    if ("cancelled".equals(state.path("state").asText())) {
      throw new FailedException(Exit.FAILED, "the job " + job + " was cancelled");
    }
  }

  private void report(int total, List<JsonNode> failures) {
    if (options.json) {
      out.println(
          Json.write(
              Map.of(
                  "collection",
                  collection,
                  "documents",
                  total,
                  "failed",
                  failures.size(),
                  "failures",
                  failures)));
      return;
    }
    for (JsonNode failure : failures) {
      err.printf(
          "failed  %s: %s%n", failure.path("item").asText(), failure.path("message").asText());
    }
    out.printf(
        "%d of %d documents are in collection %s%n", total - failures.size(), total, collection);
  }

  private static List<List<Item>> batches(List<Item> items) {
    List<List<Item>> batches = new ArrayList<>();
    List<Item> batch = new ArrayList<>();
    long bytes = 0;
    for (Item item : items) {
      if (!batch.isEmpty()
          && (batch.size() == FILES_AT_ONCE || bytes + item.bytes() > BYTES_AT_ONCE)) {
        batches.add(batch);
        batch = new ArrayList<>();
        bytes = 0;
      }
      batch.add(item);
      bytes += item.bytes();
    }
    batches.add(batch);
    return batches;
  }

  private List<Item> items() throws FailedException {
    List<Item> items = new ArrayList<>();
    for (Path path : paths) {
      if (Files.isRegularFile(path)) {
        items.add(item(path, path.getFileName().toString()));
      } else if (Files.isDirectory(path)) {
        addFolder(items, path);
      } else {
        throw new FailedException(Exit.USAGE, path + " is neither a file nor a directory");
      }
    }
    return items;
  }

  private static void addFolder(List<Item> items, Path folder) throws FailedException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(IngestVerb::wanted).sorted().toList()) {
        items.add(item(file, folder.relativize(file).toString().replace('\\', '/')));
      }
    } catch (IOException e) {
      throw new FailedException(Exit.FAILED, "cannot read " + folder + ": " + e.getMessage());
    }
  }

  private static boolean wanted(Path file) {
    @Nullable Path name = file.getFileName();
    return name != null && !name.toString().startsWith(".") && Files.isRegularFile(file);
  }

  private static Item item(Path file, String key) throws FailedException {
    try {
      return new Item(file, key, Files.size(file));
    } catch (IOException e) {
      throw new FailedException(Exit.FAILED, "cannot read " + file + ": " + e.getMessage());
    }
  }
}
