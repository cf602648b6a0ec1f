package dev.gimbal.knowledge.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gimbal.access.api.Principal;
import dev.gimbal.gateway.api.GatewayError;
import dev.gimbal.gateway.api.GatewayException;
import dev.gimbal.knowledge.api.KnowledgeError;
import dev.gimbal.knowledge.api.KnowledgeException;
import dev.gimbal.platform.database.DatabaseError;
import dev.gimbal.platform.database.DatabaseException;
import dev.gimbal.platform.http.Response;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IngestionIT {
  private static final String DOCUMENTS = "/api/collections/{collection}/documents";

  @TempDir Path folder;
  private Bench bench;

  @BeforeEach
  void open() {
    bench = new Bench(folder, Bench.QUOTING, MemoryIndex::new);
  }

  @AfterEach
  void close() {
    bench.close();
  }

  @Test
  void shouldFindAnUploadedDocumentOnceItsJobEnded() throws Exception {
    JsonNode accepted = bench.accept("guide/leave.txt", "Parental leave is sixteen weeks long.");

    assertThat(accepted.at("/documents/0/state").asText()).isEqualTo("waiting");
    assertThat(accepted.at("/documents/0/key").asText()).isEqualTo("guide/leave.txt");
    assertThat(bench.found(Bench.ANN, "parental leave")).isEmpty();
    bench.finish();
    assertThat(bench.found(Bench.ANN, "parental leave"))
        .containsExactly("Parental leave is sixteen weeks long.");
    assertThat(bench.documents().get(0).get("state").asText()).isEqualTo("ready");
  }

  @Test
  void shouldDoNoWorkForTheSameBytesUnderTheSameKey() throws Exception {
    bench.put("a.txt", "Swans are white.");
    int parsed = bench.parser.parsed.get();

    JsonNode again = bench.put("a.txt", "Swans are white.");

    assertThat(again.at("/documents/0/version").asInt()).isEqualTo(1);
    assertThat(again.at("/documents/0/state").asText()).isEqualTo("ready");
    assertThat(bench.parser.parsed.get()).isEqualTo(parsed);
    assertThat(bench.found(Bench.ANN, "swans")).hasSize(1);
  }

  @Test
  void shouldServeTheOldVersionUntilTheNewOneIsReadyAndEmbedOnlyWhatChanged() throws Exception {
    bench.put("a.txt", "Swans are white.\n\nGeese are grey.");
    bench.gateway.embedded.clear();

    bench.accept("a.txt", "Swans are black.\n\nGeese are grey.");
    assertThat(bench.found(Bench.ANN, "swans")).contains("Swans are white.");
    bench.finish();

    assertThat(bench.found(Bench.ANN, "swans"))
        .contains("Swans are black.")
        .doesNotContain("Swans are white.");
    assertThat(bench.gateway.embedded).singleElement().asString().contains("Swans are black.");
    assertThat(bench.documents().get(0).get("version").asInt()).isEqualTo(2);
  }

  @Test
  void shouldKeepServingTheOldVersionWhenTheNewOneCannotBeRead() throws Exception {
    bench.put("a.txt", "Swans are white.");

    bench.put("a.txt", "BROKEN");

    assertThat(bench.found(Bench.ANN, "swans")).containsExactly("Swans are white.");
    JsonNode document = bench.documents().get(0);
    assertThat(document.get("state").asText()).isEqualTo("failed");
    assertThat(document.at("/error/code").asText()).isEqualTo("document_unreadable");
  }

  @Test
  void shouldFailOneFileWithItsReasonAndTakeTheOthers() throws Exception {
    JsonNode accepted =
        bench.put("empty.txt", "", "broken.txt", "BROKEN", "good.txt", "Herons stand still.");

    assertThat(accepted.at("/documents/0/state").asText()).isEqualTo("failed");
    assertThat(accepted.at("/documents/0/error/code").asText()).isEqualTo("document_empty");
    assertThat(accepted.at("/documents/0").has("id")).isFalse();
    JsonNode job =
        bench.json(
            "GET", "/api/jobs/{job}", new Call(Bench.ANN).at("job", accepted.get("job").asText()));
    assertThat(job.get("failures").findValuesAsText("item"))
        .containsExactly("empty.txt", "broken.txt");
    assertThat(job.get("failures").findValuesAsText("code"))
        .containsExactly("document_empty", "document_unreadable");
    assertThat(job.get("done").asInt()).isEqualTo(3);
    assertThat(job.get("total").asInt()).isEqualTo(3);
    assertThat(bench.found(Bench.ANN, "herons")).hasSize(1);
  }

  @Test
  void shouldRefuseAnUploadOfNothingButAnEmptyFileAndNameIt() {
    assertThatThrownBy(() -> bench.accept("void.txt", ""))
        .isInstanceOfSatisfying(
            KnowledgeException.class,
            e -> assertThat(e.errorCode()).isEqualTo(KnowledgeError.DOCUMENT_EMPTY))
        .hasMessageContaining("void.txt");
  }

  @Test
  void shouldStandTextThatNoDatabaseTakes() throws Exception {
    bench.put("odd.txt", "Cranes \u0000 dance 𠀀 here.\n\nOwls sleep.");

    JsonNode result = bench.search(Bench.ANN, "{\"query\":\"cranes\"}").at("/results/0");

    assertThat(result.get("text").asText()).isEqualTo("Cranes \uFFFD dance 𠀀 here.");
    assertThat(result.get("end").asInt()).isEqualTo(22);
  }

  @Test
  void shouldLeaveNothingOfADeletedDocument() throws Exception {
    String id = bench.put("a.txt", "Swans are white.").at("/documents/0/id").asText();
    bench.put("b.txt", "Geese are grey.");

    bench.call(
        "DELETE",
        DOCUMENTS + "/{document}",
        new Call(Bench.ANN).at("collection", "default").at("document", id));
    bench.room().settle();

    assertThat(bench.found(Bench.ANN, "swans")).isEmpty();
    assertThat(bench.found(Bench.ANN, "geese")).hasSize(1);
    assertThat(blobs()).isEqualTo(1);
    assertThat(rows("version")).isEqualTo(1);
    assertThat(rows("chunk")).isEqualTo(1);
    assertThat(rows("vector")).isEqualTo(1);
    assertThat(rows("text_part")).isEqualTo(1);
  }

  @Test
  void shouldKeepABlobThatAnotherDocumentHasToo() throws Exception {
    String id = bench.put("a.txt", "Same bytes.").at("/documents/0/id").asText();
    bench.put("b.txt", "Same bytes.");

    bench.call(
        "DELETE",
        DOCUMENTS + "/{document}",
        new Call(Bench.ANN).at("collection", "default").at("document", id));
    bench.room().settle();

    assertThat(blobs()).isEqualTo(1);
    assertThat(bench.found(Bench.ANN, "bytes")).hasSize(1);
  }

  @Test
  void shouldFailADocumentWithTheReasonWhenItsModelIsAway() throws Exception {
    bench.gateway.embedDown = new GatewayException(GatewayError.MODEL_UNKNOWN, "no such model");

    bench.put("a.txt", "Swans are white.");

    JsonNode document = bench.documents().get(0);
    assertThat(document.at("/error/code").asText()).isEqualTo("embedding_failed");
    assertThat(document.at("/error/message").asText()).contains("no such model");
    bench.gateway.embedDown = null;
    bench.put("a.txt", "Swans are white.");
    assertThat(bench.found(Bench.ANN, "swans")).hasSize(1);
  }

  @Test
  void shouldWaitForAModelThatFailsForAWhile() throws Exception {
    bench.gateway.embedFailures.set(5);

    bench.put("a.txt", "Swans are white.");

    assertThat(bench.found(Bench.ANN, "swans")).hasSize(1);
  }

  @Test
  void shouldRebuildALostIndexWithoutEmbeddingAgain() throws Exception {
    bench.put("a.txt", "Swans are white.\n\nGeese are grey.", "b.txt", "Herons stand still.");
    bench.put("a.txt", "Swans are black.\n\nGeese are grey.");
    bench.gateway.embedded.clear();

    bench.restartWithoutIndex();
    bench.room().settle();

    assertThat(bench.found(Bench.ANN, "swans geese herons are"))
        .containsExactlyInAnyOrder("Swans are black.", "Geese are grey.", "Herons stand still.");
    assertThat(bench.gateway.embedded).isEmpty();
  }

  @Test
  void shouldPutAgainWhatARunningIndexLost() throws Exception {
    bench.put("a.txt", "Swans are white.");
    bench.put("b.txt", "Herons stand still.");
    bench.gateway.embedded.clear();

    ((MemoryIndex) bench.index()).lose();
    bench.room().settle();

    assertThat(bench.found(Bench.ANN, "swans herons")).hasSize(2);
    assertThat(bench.gateway.embedded).isEmpty();
  }

  @Test
  void shouldRebuildARunningIndexThatIsGoneUntilItSucceeds() throws Exception {
    bench.put("a.txt", "Swans are white.");
    bench.put("b.txt", "Herons stand still.");

    ((MemoryIndex) bench.index()).lose(2);
    bench.room().settle();

    assertThat(bench.found(Bench.ANN, "swans herons")).hasSize(2);
    bench.put("c.txt", "Geese are grey.");
    assertThat(bench.found(Bench.ANN, "swans herons geese")).hasSize(3);
  }

  @Test
  void shouldCatchUpWithWhatHappenedWhileTheNodeWasAway() throws Exception {
    String id = bench.put("a.txt", "Swans are white.").at("/documents/0/id").asText();
    bench.room().close();
    bench.call(
        "DELETE",
        DOCUMENTS + "/{document}",
        new Call(Bench.ANN).at("collection", "default").at("document", id));

    bench.restart(stage -> {});
    bench.room().settle();

    assertThat(bench.index().size(keyOfDefault()).documents()).isZero();
  }

  @Test
  void shouldReadEverythingAgainWhenChangesWereTrimmedBeforeTheyWereRead() throws Exception {
    bench.put("kept.txt", "Herons stand still.");
    String id = bench.put("a.txt", "Swans are white.").at("/documents/0/id").asText();
    bench.room().close();
    bench.call(
        "DELETE",
        DOCUMENTS + "/{document}",
        new Call(Bench.ANN).at("collection", "default").at("document", id));
    bench.database.trimChanges(Instant.now().plusSeconds(3_600));

    bench.restart(stage -> {});
    bench.room().settle();

    assertThat(bench.index().size(keyOfDefault()).documents()).isEqualTo(1);
    assertThat(bench.found(Bench.ANN, "herons")).hasSize(1);
  }

  @Test
  void shouldFailFilesWhoseJobWorksNoMore() throws Exception {
    bench.accept("a.txt", "Swans are white.");
    bench.room().tidy();
    assertThat(bench.documents().get(0).get("state").asText()).isEqualTo("waiting");

    bench.jobs.die();
    bench.room().tidy();

    assertThat(bench.documents().get(0).get("state").asText()).isEqualTo("failed");
    assertThat(bench.documents().get(0).at("/error/code").asText()).isEqualTo("ingestion_failed");
    bench.put("a.txt", "Swans are white.");
    assertThat(bench.found(Bench.ANN, "swans")).hasSize(1);
  }

  @Test
  void shouldRemoveHalfTakenFilesOfAProcessThatDied() throws Exception {
    bench.put("a.txt", "Swans are white.");
    Path staged = folder.resolve(Bench.TENANT.toString()).resolve("staged");
    Path old = Files.writeString(staged.resolve("blob1.part"), "half of");
    Path fresh = Files.writeString(staged.resolve("blob2.part"), "half of");
    Files.setLastModifiedTime(old, FileTime.from(Instant.now().minusSeconds(86_400)));

    bench.room().tidy();

    assertThat(old).doesNotExist();
    assertThat(fresh).exists();
  }

  @Test
  void shouldEraseTheConversationsOfOnePersonOnly() throws Exception {
    bench.put("a.txt", "Swans are white.");
    bench.ask(Bench.ANN, "{\"question\":\"Which swans are white?\"}");
    bench.ask(Bench.BOB, "{\"question\":\"Which swans are white?\"}");

    long erased =
        bench.database.inTransaction(
            Bench.TENANT, tx -> bench.room().erasable().erase(tx, Bench.ANN.id()));

    assertThat(erased).isEqualTo(1);
    assertThat(conversations(Bench.ANN)).isEmpty();
    assertThat(conversations(Bench.BOB)).hasSize(1);
  }

  private JsonNode conversations(Principal who) throws Exception {
    return bench.json("GET", "/api/conversations", new Call(who)).get("data");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"staged", "acknowledged", "parsed", "vectors", "embedded", "indexed", "ready"})
  void shouldFindEachAcknowledgedDocumentOnceWhenItDiesAtAStage(String stage) throws Exception {
    AtomicInteger deaths = new AtomicInteger(3);
    bench.restart(reached -> dieAt(reached.equals(stage), deaths));
    List<String> acknowledged = new ArrayList<>();
    for (int number = 0; number < 6; number++) {
      try {
        bench.accept("d" + number + ".txt", text(number));
        acknowledged.add(text(number));
      } catch (Death e) {
        // Not acknowledged: it may be found or not.
        assertThat(stage).isIn("staged", "acknowledged");
      }
    }
    for (int life = 0; life < 4; life++) {
      bench.jobs.runAll();
      bench.restart(reached -> dieAt(reached.equals(stage), deaths));
    }
    bench.finish();

    assertThat(deaths.get()).isLessThanOrEqualTo(0);
    assertAllThereOnce(acknowledged);
  }

  @Test
  void shouldFailAFileThatKeepsFailingWithTheLastReason() throws Exception {
    bench.restart(
        stage -> {
          if (stage.equals("indexed")) {
            throw new DatabaseException(DatabaseError.DATABASE_FULL, "The disk is full.", null);
          }
        });
    bench.accept("a.txt", "Swans are white.");

    bench.finish();

    assertThat(bench.documents().get(0).at("/error/message").asText())
        .isEqualTo("work on the file failed 5 times; at last: The disk is full.");
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void shouldFindEachAcknowledgedDocumentOnceWhateverDies(long seed) throws Exception {
    Random random = new Random(seed);
    List<String> acknowledged = new ArrayList<>();
    int next = 0;
    for (int life = 0; life < 6; life++) {
      AtomicInteger steps = new AtomicInteger(random.nextInt(25));
      bench.restart(reached -> dieAt(steps.decrementAndGet() == 0, new AtomicInteger(1)));
      for (int upload = 0; upload < 3; upload++) {
        try {
          bench.accept("d" + next + ".txt", text(next));
          acknowledged.add(text(next));
        } catch (Death e) {
          assertThat(e).hasMessage("dead");
        }
        next++;
      }
      bench.jobs.runAll();
      if (random.nextInt(3) == 0) {
        bench.restartWithoutIndex();
      }
    }
    bench.restart(reached -> {});
    bench.finish();

    assertAllThereOnce(acknowledged);
  }

  private static String text(int number) {
    return "Bird number" + number + " flies alone.";
  }

  private void assertAllThereOnce(List<String> acknowledged) throws Exception {
    List<String> found = bench.found(Bench.ANN, "bird flies alone");
    assertThat(new HashSet<>(found)).hasSameSizeAs(found);
    assertThat(found).containsAll(acknowledged);
    assertThat(bench.gateway.embedded).doesNotHaveDuplicates();
    for (JsonNode document : bench.documents()) {
      assertThat(document.get("state").asText()).isEqualTo("ready");
    }
  }

  private static void dieAt(boolean here, AtomicInteger deaths) {
    if (here && deaths.getAndDecrement() > 0) {
      throw new Death();
    }
  }

  @Test
  void shouldFailWhatACancelledJobHasNotDone() throws Exception {
    String job = bench.accept("a.txt", "Swans are white.").get("job").asText();

    JsonNode cancelled =
        bench.json("POST", "/api/jobs/{job}/cancel", new Call(Bench.ANN).at("job", job));
    bench.finish();

    assertThat(cancelled.get("state").asText()).isEqualTo("cancelled");
    assertThat(bench.documents().get(0).at("/error/code").asText())
        .isEqualTo("ingestion_cancelled");
    assertThat(bench.found(Bench.ANN, "swans")).isEmpty();
  }

  @Test
  void shouldStopAtTheNextCallWhenItsNodeStopsAndGoOnLater() throws Exception {
    String document =
        IntStream.range(0, 400)
            .mapToObj(number -> "Swan number " + number + " is white.")
            .collect(Collectors.joining("\n\n"));
    String job = bench.accept("a.txt", document).get("job").asText();
    bench.gateway.onEmbed = bench.jobs::quiesce;

    bench.jobs.runAll();

    int before = bench.gateway.embedded.size();
    assertThat(before).isPositive().isLessThan(100);
    assertThat(eventsOf(job)).isEmpty();
    bench.gateway.onEmbed = () -> {};
    bench.jobs.restart();
    bench.finish();
    assertThat(bench.found(Bench.ANN, "swan")).isNotEmpty();
    assertThat(bench.gateway.embedded).hasSize(400);
  }

  private List<String> eventsOf(String job) throws Exception {
    List<String> told = new ArrayList<>();
    Response response =
        bench.call("GET", "/api/jobs/{job}/events", new Call(Bench.ANN).at("job", job));
    ((Response.Events) response)
        .source()
        .run(
            new Response.EventSink() {
              @Override
              public void send(String event, Object data) {
                told.add(event);
              }

              @Override
              public boolean gone() {
                return false;
              }
            });
    return told;
  }

  @Test
  void shouldTellTheProgressOfAJobAsItHappensAndItsEnd() throws Exception {
    String job = bench.accept("a.txt", "Swans are white.").get("job").asText();
    Response response =
        bench.call("GET", "/api/jobs/{job}/events", new Call(Bench.ANN).at("job", job));
    List<String> told = new ArrayList<>();

    ((Response.Events) response)
        .source()
        .run(
            new Response.EventSink() {
              @Override
              public void send(String event, Object data) {
                JsonNode state = dev.gimbal.platform.json.Json.MAPPER.valueToTree(data);
                told.add(event + " " + state.get("done") + " of " + state.get("total"));
                try {
                  bench.finish();
                } catch (Exception e) {
                  throw new IllegalStateException(e);
                }
              }

              @Override
              public boolean gone() {
                return false;
              }
            });

    // How many there are is known once the job runs.
    assertThat(told).containsExactly("progress 0 of 0", "end 1 of 1");
  }

  @Test
  void shouldGiveBackTextAndBytesOfAVersion() throws Exception {
    String id = bench.put("p/a.txt", "Swans are white.").at("/documents/0/id").asText();
    Call call =
        new Call(Bench.ANN).at("collection", "default").at("document", id).at("version", "1");

    Response text = bench.call("GET", DOCUMENTS + "/{document}/versions/{version}/content", call);
    Response original =
        bench.call(
            "GET",
            DOCUMENTS + "/{document}/versions/{version}/content",
            call.asking("form", "original"));

    assertThat(content(text)).isEqualTo("Swans are white.");
    assertThat(content(original)).isEqualTo("Swans are white.");
    assertThat(((Response.Content) original).headers())
        .containsEntry("x-content-type-options", "nosniff")
        .containsEntry("content-disposition", "attachment; filename*=UTF-8''a.txt");
  }

  private static String content(Response response) throws Exception {
    return new String(
        ((Response.Content) response).content().readAllBytes(), StandardCharsets.UTF_8);
  }

  private long blobs() throws Exception {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).count();
    }
  }

  private long rows(String table) {
    return bench.database.asOwner(
        handle ->
            handle.createQuery("SELECT count(*) FROM knowledge." + table).mapTo(Long.class).one());
  }

  private dev.gimbal.knowledge.core.index.PassageIndex.CollectionKey keyOfDefault() {
    java.util.UUID collection =
        bench.database.asOwner(
            handle ->
                handle
                    .createQuery("SELECT id FROM knowledge.collection")
                    .mapTo(java.util.UUID.class)
                    .one());
    return dev.gimbal.knowledge.core.following.IndexFollower.key(Bench.TENANT, collection);
  }

  /// As if the process had been killed.
  private static final class Death extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Death() {
      super("dead");
    }
  }
}
