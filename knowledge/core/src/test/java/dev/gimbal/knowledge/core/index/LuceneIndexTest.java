package dev.gimbal.knowledge.core.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gimbal.knowledge.api.Locator;
import dev.gimbal.knowledge.core.chunking.Chunk;
import dev.gimbal.knowledge.core.index.IndexedDocument.Passage;
import dev.gimbal.knowledge.core.index.PassageIndex.CollectionKey;
import dev.gimbal.knowledge.core.index.PassageIndex.Frequencies;
import dev.gimbal.knowledge.core.index.PassageIndex.Hit;
import dev.gimbal.knowledge.core.index.PassageIndex.Size;
import dev.gimbal.platform.text.Languages;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LuceneIndexTest {
  private static final Instant DAY = Instant.parse("2026-05-01T00:00:00Z");

  @TempDir private Path root;
  private final CollectionKey collection = newCollection();
  private PassageIndex index;

  @BeforeEach
  void open() {
    index = IndexModule.create(IndexConfig.DEFAULT, root);
  }

  @AfterEach
  void close() {
    index.close();
  }

  @Test
  void shouldFindByStemAndByHeadingAsSoonAsPutReturns() {
    UUID airfare = put("Travel > Booking flights", "Book domestic airfare two weeks ahead.");
    put("Office", "Chairs and desks are ordered centrally.");

    assertThat(documents("flight")).containsExactly(airfare);
    assertThat(documents("AIRFARES")).containsExactly(airfare);
  }

  @Test
  void shouldFindChineseByWordByPartOfAWordAndInTraditionalCharactersAndFullWidth() {
    UUID pool = put("旅游", "印控克什米尔地区寺庙发生踩踏事故，RCEP成员国表示关切。");
    put("天气", "今天北京有雨，明天转晴。");

    assertThat(documents("踩踏事故")).containsExactly(pool);
    assertThat(documents("什米")).containsExactly(pool);
    assertThat(documents("寺廟")).containsExactly(pool);
    assertThat(documents("ＲＣＥＰ")).containsExactly(pool);
  }

  @Test
  void shouldReadNoQuestionAsQuerySyntax() {
    UUID document = put("", "The field title:\"x\" AND (broken OR is text.");

    assertThat(documents("title:\"x AND (broken OR ~ ^2 * [a TO b} \\ && !")).contains(document);
    assertThat(documents("*:*")).isEmpty();
    assertThat(documents("")).isEmpty();
  }

  @Test
  void shouldReplaceRemoveAndCount() {
    UUID id = UUID.randomUUID();
    put(id, passages("alpha beta", "gamma"), Map.of());
    put(id, passages("delta"), Map.of());

    assertThat(documents("alpha")).isEmpty();
    assertThat(documents("delta")).containsExactly(id);
    assertThat(index.size(collection)).isEqualTo(new Size(1, 1));

    index.remove(collection, List.of(id, UUID.randomUUID()));

    assertThat(documents("delta")).isEmpty();
    assertThat(index.size(collection)).isEqualTo(new Size(0, 0));
  }

  @Test
  void shouldKeepTenantsAndCollectionsApart() {
    put("", "a secret of one tenant");
    CollectionKey other = new CollectionKey(UUID.randomUUID(), collection.collection(), 1);

    assertThat(index.search(other, keywords("secret"))).isEmpty();
  }

  @Test
  void shouldApplyEveryFilterInsideBothSearches() {
    UUID wanted = UUID.randomUUID();
    UUID other = UUID.randomUUID();
    index.put(
        collection,
        List.of(
            new IndexedDocument(
                wanted, "", "pdf", DAY, Map.of("team", "red"), passages("common words")),
            new IndexedDocument(
                other, "", "md", DAY.plusSeconds(1), Map.of("team", "blue"), passages("common"))));
    Filter none = Filter.NONE;
    List<String> any = List.of();
    List<Filter> filters =
        List.of(
            new Filter(List.of(wanted), any, any, null, null, Map.of()),
            new Filter(any(), List.of("pdf", "docx"), any, null, null, Map.of()),
            new Filter(any(), any, any, null, DAY.plusSeconds(1), Map.of()),
            new Filter(any(), any, any, DAY, DAY.plusNanos(1), Map.of()),
            new Filter(any(), any, any, null, null, Map.of("team", List.of("red", "green"))));

    for (Filter filter : filters) {
      assertThat(documents(new PassageQuery("common", Map.of(), filter, 10)))
          .containsExactly(wanted);
      assertThat(documents(new PassageQuery("", vectors("common"), filter, 10)))
          .containsExactly(wanted);
    }
    Filter nothing = new Filter(any(), any, List.of("zh"), null, null, Map.of());
    assertThat(documents(new PassageQuery("common", vectors("common"), nothing, 10))).isEmpty();
    assertThat(documents(new PassageQuery("common", vectors("common"), none, 10))).hasSize(2);
  }

  @Test
  void shouldScoreAPassageOnBothSidesWhicheverFoundIt() {
    for (int at = 0; at < 30; at++) {
      put("", "filler number " + at);
    }
    UUID both = put("", "gimbal keeps the lamp level");

    List<Hit> hits =
        index.search(
            collection,
            new PassageQuery(
                "gimbal lamp", vectors("gimbal keeps the lamp level"), Filter.NONE, 5));

    Hit first = hits.getFirst();
    assertThat(first.document()).isEqualTo(both);
    assertThat(first.score()).isEqualTo(1);
    assertThat(first.keyword()).isEqualTo(1);
    assertThat(first.vector()).isEqualTo(1);
    assertThat(hits).isSortedAccordingTo((a, b) -> Double.compare(b.score(), a.score()));
    assertThat(hits.get(1).keyword()).isZero();
  }

  @Test
  void shouldSayWhichSideWasNotAsked() {
    put("", "gimbal");

    Hit keyword = index.search(collection, keywords("gimbal")).getFirst();
    Hit vector =
        index
            .search(collection, new PassageQuery("", vectors("gimbal"), Filter.NONE, 1))
            .getFirst();

    assertThat(keyword.vector()).isNaN();
    assertThat(vector.keyword()).isNaN();
  }

  @Test
  void shouldTrustTheModelOfTheQuestionsWritingWhenOnlyVectorsAreAsked() {
    UUID best = putEmbedded("立法会有九十个议席", "zh", 1);
    UUID second = putEmbedded("议席由选举产生", "zh", 0.8f);
    putEmbedded("天气很好", "zh", 0);
    putEmbedded("Mind the gap", "en", 1);
    putEmbedded("Nothing of the kind", "en", 0.8f);
    putEmbedded("A third one", "en", 0);
    float[] asked = {1, 0};
    Map<String, float[]> vectors = Map.of("zh", asked, "en", asked);

    List<UUID> found = documents(new PassageQuery("立法会有多少议席？", false, vectors, Filter.NONE, 6));

    assertThat(found.subList(0, 2)).containsExactly(best, second);
  }

  private UUID putEmbedded(String text, String model, float similarity) {
    UUID id = UUID.randomUUID();
    float[] vector = {similarity, (float) Math.sqrt(1 - similarity * similarity)};
    put(id, List.of(new Passage(chunk(0, "", text), Map.of(model, vector))), Map.of());
    return id;
  }

  @Test
  void shouldTakeVectorsWiderThanLuceneAllowsByItself() {
    UUID id = UUID.randomUUID();
    float[] wide = new float[3072];
    wide[3071] = 2;
    Passage passage = new Passage(chunk(0, "", "wide"), Map.of("wide", wide));
    index.put(collection, List.of(document(id, List.of(passage), Map.of())));

    reopen("1");

    assertThat(documents(new PassageQuery("", Map.of("wide", wide), Filter.NONE, 1)))
        .containsExactly(id);
  }

  @Test
  void shouldKeepWhatWasCommittedWithItsCursor() {
    UUID kept = put("", "kept");
    index.commit(collection, "42", index.losses(collection));
    index.close();
    index = IndexModule.create(IndexConfig.DEFAULT, root);

    assertThat(index.cursor(collection)).isEqualTo("42");
    assertThat(documents("kept")).containsExactly(kept);
  }

  @Test
  void shouldStartAnewWhenAFileIsTornByACrash() throws IOException {
    put("", "kept");
    index.commit(collection, "42", index.losses(collection));
    Path copy = root.resolveSibling(root.getFileName() + "-copy");
    copyTree(root, copy);
    Path torn = largest(copy);
    try (FileChannel file = FileChannel.open(torn, StandardOpenOption.WRITE)) {
      file.write(ByteBuffer.wrap(new byte[] {1, 2, 3, 4}), file.size() / 2);
    }

    try (PassageIndex after = IndexModule.create(IndexConfig.DEFAULT, copy)) {
      assertThat(after.cursor(collection)).isEmpty();
      assertThat(after.search(collection, keywords("kept"))).isEmpty();
      UUID again = UUID.randomUUID();
      after.put(collection, List.of(document(again, passages("kept"), Map.of())));
      assertThat(after.search(collection, keywords("kept"))).hasSize(1);
    }
  }

  @Test
  void shouldOpenAgainWhatACrashLeftWhole() throws IOException {
    UUID kept = put("", "kept");
    index.commit(collection, "42", index.losses(collection));
    put("", "not committed");
    Path copy = root.resolveSibling(root.getFileName() + "-copy");
    copyTree(root, copy);

    try (PassageIndex after = IndexModule.create(IndexConfig.DEFAULT, copy)) {
      assertThat(after.cursor(collection)).isEqualTo("42");
      assertThat(after.search(collection, keywords("kept")))
          .extracting(Hit::document)
          .containsExactly(kept);
      assertThat(after.search(collection, keywords("committed"))).isEmpty();
    }
  }

  @Test
  void shouldDropACollectionWithItsFiles() throws IOException {
    put("", "gone");
    index.commit(collection, "7", index.losses(collection));

    index.drop(collection);

    try (Stream<Path> files = Files.walk(root)) {
      assertThat(files.filter(Files::isRegularFile)).isEmpty();
    }
    assertThat(index.cursor(collection)).isEmpty();
    assertThat(documents("gone")).isEmpty();
  }

  @Test
  void shouldCloseTheCollectionUnusedForLongestAndLoseNothing() {
    index.close();
    LuceneIndex bounded = new LuceneIndex(new IndexConfig(2, 1, 0.5, 10), root);
    index = bounded;
    List<CollectionKey> many = Stream.generate(LuceneIndexTest::newCollection).limit(5).toList();
    for (CollectionKey key : many) {
      bounded.put(key, List.of(document(UUID.randomUUID(), passages("needle"), Map.of())));
    }

    assertThat(bounded.openCollections()).isLessThanOrEqualTo(2);
    for (CollectionKey key : many) {
      assertThat(bounded.search(key, keywords("needle"))).hasSize(1);
    }
  }

  @Test
  void shouldGoOnWithWhatWasCommittedAfterAnInterruptKilledTheWriter() {
    UUID kept = put("", "kept");
    index.commit(collection, "9", index.losses(collection));
    Thread.currentThread().interrupt();
    try {
      assertThatThrownBy(
              () -> {
                put("", "lost");
                index.commit(collection, "10", index.losses(collection));
              })
          .isInstanceOf(RuntimeException.class);
    } finally {
      Thread.interrupted();
    }

    assertThat(index.losses(collection)).isEqualTo(1);
    assertThat(index.commit(collection, "11", 0)).isFalse();
    assertThat(index.cursor(collection)).isEqualTo("9");
    assertThat(documents("kept")).containsExactly(kept);
    UUID next = put("", "next");
    assertThat(documents("next")).containsExactly(next);
  }

  @Test
  void shouldSearchWhileOthersWrite() throws Exception {
    UUID steady = put("", "steady passage");
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> writers = new ArrayList<>();
      for (int writer = 0; writer < 4; writer++) {
        int number = writer;
        writers.add(
            threads.submit(
                () -> {
                  for (int round = 0; round < 6; round++) {
                    UUID id = put("", "passage of writer " + number + " round " + round);
                    assertThat(documents("round " + round)).isNotEmpty();
                    index.commit(collection, "w" + number, index.losses(collection));
                    index.remove(collection, List.of(id));
                  }
                }));
      }
      for (int round = 0; round < 100; round++) {
        assertThat(documents("steady")).containsExactly(steady);
      }
      for (Future<?> writer : writers) {
        writer.get();
      }
    }
    assertThat(index.size(collection)).isEqualTo(new Size(1, 1));
  }

  @Test
  void shouldCountThePassagesThatHoldAWordAsQuestionsReadIt() {
    UUID guide = UUID.randomUUID();
    put(
        guide,
        passages("Book airfares early.", "An airfare is paid once, one airfare each."),
        Map.of());
    put("Fares", "The office orders chairs.");
    put("天气", "今天北京有雨，明天转晴。");
    CollectionKey other = new CollectionKey(collection.tenant(), UUID.randomUUID(), 1);
    index.put(other, List.of(document(guide, passages("airfare"), Map.of())));

    Frequencies frequencies =
        index.frequencies(collection, List.of("airfare", "chairs", "fare", "北京", "unicorn"));

    assertThat(frequencies.passages()).isEqualTo(4);
    assertThat(frequencies.holding())
        .isEqualTo(Map.of("airfare", 2L, "chairs", 1L, "fare", 1L, "北京", 1L, "unicorn", 0L));
  }

  private static List<UUID> any() {
    return List.of();
  }

  private void reopen(String cursor) {
    index.commit(collection, cursor, index.losses(collection));
    index.close();
    index = IndexModule.create(IndexConfig.DEFAULT, root);
  }

  private UUID put(String context, String text) {
    UUID id = UUID.randomUUID();
    Passage passage = new Passage(chunk(0, context, text), vectors(text));
    index.put(collection, List.of(document(id, List.of(passage), Map.of())));
    return id;
  }

  private void put(UUID id, List<Passage> passages, Map<String, String> metadata) {
    index.put(collection, List.of(document(id, passages, metadata)));
  }

  private static IndexedDocument document(
      UUID id, List<Passage> passages, Map<String, String> metadata) {
    return new IndexedDocument(id, "", "txt", DAY, metadata, passages);
  }

  private static List<Passage> passages(String... texts) {
    List<Passage> passages = new ArrayList<>();
    for (String text : texts) {
      passages.add(new Passage(chunk(passages.size(), "", text), vectors(text)));
    }
    return passages;
  }

  private static Chunk chunk(int ordinal, String context, String text) {
    return new Chunk(ordinal, 0, text.length(), text, context, Languages.of(text), Locator.NONE);
  }

  /// Counts of letters: texts that look alike lie near each other.
  private static Map<String, float[]> vectors(String text) {
    float[] vector = new float[64];
    text.chars().forEach(c -> vector[c % 64]++);
    return Map.of("letters", vector);
  }

  private List<UUID> documents(String text) {
    return documents(keywords(text));
  }

  private List<UUID> documents(PassageQuery query) {
    return index.search(collection, query).stream().map(Hit::document).toList();
  }

  private static PassageQuery keywords(String text) {
    return new PassageQuery(text, Map.of(), Filter.NONE, 100);
  }

  private static CollectionKey newCollection() {
    return new CollectionKey(UUID.randomUUID(), UUID.randomUUID(), 1);
  }

  private static void copyTree(Path from, Path to) throws IOException {
    try (Stream<Path> tree = Files.walk(from)) {
      for (Path each : tree.toList()) {
        if (!each.getFileName().toString().equals("write.lock")) {
          Files.copy(each, to.resolve(from.relativize(each).toString()));
        }
      }
    }
  }

  private static Path largest(Path root) throws IOException {
    Path largest = root;
    long most = -1;
    try (Stream<Path> tree = Files.walk(root)) {
      for (Path each : tree.filter(Files::isRegularFile).toList()) {
        if (Files.size(each) > most) {
          most = Files.size(each);
          largest = each;
        }
      }
    }
    return largest;
  }
}
