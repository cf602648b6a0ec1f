package dev.gimbal.knowledge.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gimbal.knowledge.api.KnowledgeError;
import dev.gimbal.knowledge.api.KnowledgeException;
import dev.gimbal.knowledge.core.settings.KnowledgeConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What people do with collections and their documents besides asking.
class LibraryRoutesIT {
  private static final String COLLECTION = "/api/collections/{collection}";
  private static final String DOCUMENTS = COLLECTION + "/documents";

  @TempDir Path folder;
  private Bench bench;

  @BeforeEach
  void open() {
    KnowledgeConfig config =
        new KnowledgeConfig(
            new KnowledgeConfig.Limits(1_000_000, 10, 3),
            KnowledgeConfig.Ingestion.DEFAULT,
            KnowledgeConfig.Embedding.DEFAULT,
            KnowledgeConfig.Answers.DEFAULT);
    bench = new Bench(folder, config, MemoryIndex::new);
  }

  @AfterEach
  void close() {
    bench.close();
  }

  @Test
  void shouldTakeNoMoreFilesWhileTooManyWaitAndTakeThemLater() throws Exception {
    bench.accept("a.txt", "Swans.", "b.txt", "Geese.", "c.txt", "Owls.");

    refuses(KnowledgeError.INGESTION_BUSY, () -> bench.accept("d.txt", "Herons."));

    bench.finish();
    bench.put("d.txt", "Herons.");
    assertThat(bench.found(Bench.ANN, "herons")).containsExactly("Herons.");
    assertThat(bench.documents()).hasSize(4);
  }

  @Test
  void shouldListDocumentsByStateAndTextAPageAtATime() throws Exception {
    bench.put("Birds/swan.txt", "Swans.", "birds/goose.txt", "BROKEN");
    bench.put("fish/carp.txt", "Carps.");

    assertThat(keys(list().asking("state", "failed"))).containsExactly("birds/goose.txt");
    assertThat(keys(list().asking("text", "birds/"))).hasSize(2);
    assertThat(keys(list().asking("text", "%"))).isEmpty();
    List<String> all = new ArrayList<>();
    String cursor = null;
    for (int pages = 0; pages < 3; pages++) {
      Call call = list().limit(1);
      JsonNode page =
          bench.json("GET", DOCUMENTS, cursor == null ? call : call.asking("cursor", cursor));
      all.addAll(page.get("data").findValuesAsText("key"));
      cursor = page.path("next").asText(null);
    }
    assertThat(cursor).isNull();
    assertThat(all).first().isEqualTo("fish/carp.txt");
    assertThat(all).containsExactlyInAnyOrder("fish/carp.txt", "Birds/swan.txt", "birds/goose.txt");
  }

  @Test
  void shouldTakeWhatIsSaidOfADocumentAnewWithoutWorkOnItsBytes() throws Exception {
    upload("{\"team\":\"red\"}");
    int parsed = bench.parser.parsed.get();

    upload("{\"team\":\"blue\"}");

    assertThat(bench.parser.parsed.get()).isEqualTo(parsed);
    assertThat(of("red")).isEmpty();
    assertThat(of("blue")).containsExactly("Swans are white.");
    assertThat(bench.documents().get(0).at("/metadata/team").asText()).isEqualTo("blue");
    assertThat(bench.documents().get(0).get("version").asInt()).isEqualTo(1);
  }

  private void upload(String metadata) throws Exception {
    bench.call(
        "POST", DOCUMENTS, list().field("metadata", metadata).file("a.txt", "Swans are white."));
    bench.finish();
  }

  private List<String> of(String team) throws Exception {
    String filter = "{\"metadata\":{\"team\":[\"" + team + "\"]}}";
    return Bench.texts(bench.search(Bench.ANN, "{\"query\":\"swans\",\"filter\":" + filter + "}"));
  }

  @Test
  void shouldLeaveNothingOfADeletedCollection() throws Exception {
    bench.json("POST", "/api/collections", call().json("{\"name\":\"birds\"}"));
    bench.call("POST", DOCUMENTS, call().at("collection", "birds").file("a.txt", "Swans."));
    bench.put("kept.txt", "Geese.");

    bench.call("DELETE", COLLECTION, call().at("collection", "birds"));
    bench.room().settle();

    refuses(
        KnowledgeError.COLLECTION_UNKNOWN,
        () -> bench.json("GET", COLLECTION, call().at("collection", "birds")));
    try (Stream<Path> files = Files.walk(folder)) {
      assertThat(files.filter(Files::isRegularFile)).hasSize(1);
    }
    for (String table : List.of("document", "version", "chunk", "vector", "text_part")) {
      assertThat(rows(table)).as(table).isEqualTo(1);
    }
    assertThat(bench.found(Bench.ANN, "geese")).hasSize(1);
  }

  private long rows(String table) {
    return bench.database.asOwner(
        handle ->
            handle.createQuery("SELECT count(*) FROM knowledge." + table).mapTo(Long.class).one());
  }

  @Test
  void shouldSayWhichThingIsUnknownOrExistsOrCannotBeFilteredBy() throws Exception {
    String id = bench.put("a.txt", "Swans.").at("/documents/0/id").asText();
    Call version = list().at("document", id).at("version", "2");

    refuses(
        KnowledgeError.COLLECTION_EXISTS,
        () -> bench.json("POST", "/api/collections", call().json("{\"name\":\"default\"}")));
    refuses(
        KnowledgeError.DOCUMENT_UNKNOWN,
        () -> bench.json("GET", DOCUMENTS + "/{document}", list().at("document", "doc_none")));
    refuses(
        KnowledgeError.VERSION_UNKNOWN,
        () -> bench.json("GET", DOCUMENTS + "/{document}/versions/{version}", version));
    refuses(
        KnowledgeError.JOB_UNKNOWN,
        () -> bench.json("GET", "/api/jobs/{job}", call().at("job", "job_none")));
    refuses(
        KnowledgeError.FILTER_INVALID,
        () ->
            bench.search(
                Bench.ANN, "{\"query\":\"swans\",\"filter\":{\"documents\":[\"a.txt\"]}}"));
  }

  private static Call call() {
    return new Call(Bench.ANN);
  }

  private static Call list() {
    return call().at("collection", "default");
  }

  private List<String> keys(Call call) throws Exception {
    return bench.json("GET", DOCUMENTS, call).get("data").findValuesAsText("key");
  }

  private static void refuses(KnowledgeError error, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            KnowledgeException.class, e -> assertThat(e.errorCode()).isEqualTo(error));
  }
}
