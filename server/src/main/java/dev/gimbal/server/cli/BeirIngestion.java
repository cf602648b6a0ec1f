package dev.gimbal.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gimbal.evaluation.retrieval.BeirDataset.CorpusDocument;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Puts a corpus into a collection, a document a file, and learns which document of ours is
/// which of the corpus. Repeating it costs no embedding.
final class BeirIngestion {
  private static final int FILES_AT_ONCE = 200;

  private final ApiClient client;
  private final String collection;
  private final PrintStream progress;

  BeirIngestion(ApiClient client, String collection, PrintStream progress) {
    this.client = client;
    this.collection = collection;
    this.progress = progress;
  }

  /// @return our document id to the corpus's
  Map<String, String> run(List<CorpusDocument> corpus) throws FailedException {
    client.ensureCollection(collection);
    Map<String, String> ids = new HashMap<>();
    List<String> jobs = new ArrayList<>();
    Progress bar = new Progress(progress, corpus.size());
    for (int from = 0; from < corpus.size(); from += FILES_AT_ONCE) {
      List<CorpusDocument> batch =
          corpus.subList(from, Math.min(corpus.size(), from + FILES_AT_ONCE));
      JsonNode answer = upload(batch);
      int ready = 0;
      for (JsonNode document : answer.path("documents")) {
        String key = document.path("key").asText();
        ids.put(document.path("id").asText(), key.substring(0, key.lastIndexOf('.')));
        ready += "ready".equals(document.path("state").asText()) ? 1 : 0;
      }
      if (ready < batch.size() && answer.hasNonNull("job")) {
        jobs.add(answer.path("job").asText());
      }
      bar.sent(batch.size(), ready);
    }
    for (String job : jobs) {
      follow(job, bar);
    }
    bar.end();
    return ids;
  }

  private JsonNode upload(List<CorpusDocument> batch) throws FailedException {
    Multipart form = new Multipart();
    for (CorpusDocument document : batch) {
      boolean titled = !document.title().isBlank();
      String text = titled ? "# " + document.title() + "\n\n" + document.text() : document.text();
      form.bytes(
          "file",
          document.id() + (titled ? ".md" : ".txt"),
          (text.isBlank() ? document.id() : text).getBytes(StandardCharsets.UTF_8));
    }
    return client.post(
        "/api/collections/" + ApiClient.encoded(collection) + "/documents",
        form.contentType(),
        form.body());
  }

  private void follow(String job, Progress bar) throws FailedException {
    long[] before = {0};
    JsonNode[] last = new JsonNode[1];
    client.events(
        "/api/jobs/" + job + "/events",
        (event, data) -> {
          last[0] = data;
          bar.done(data.path("done").asLong() - before[0]);
          before[0] = data.path("done").asLong();
        });
    if (last[0] != null && last[0].path("failed").asLong() > 0) {
      progress.println();
      for (JsonNode failure : last[0].path("failures")) {
        progress.printf(
            "failed  %s: %s%n", failure.path("item").asText(), failure.path("message").asText());
      }
    }
  }
}
