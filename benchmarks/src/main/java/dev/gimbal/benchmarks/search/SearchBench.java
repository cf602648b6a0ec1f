package dev.gimbal.benchmarks.search;

import dev.gimbal.knowledge.api.Locator;
import dev.gimbal.knowledge.core.chunking.Chunk;
import dev.gimbal.knowledge.core.index.Filter;
import dev.gimbal.knowledge.core.index.IndexConfig;
import dev.gimbal.knowledge.core.index.IndexModule;
import dev.gimbal.knowledge.core.index.IndexedDocument;
import dev.gimbal.knowledge.core.index.PassageIndex;
import dev.gimbal.knowledge.core.index.PassageIndex.CollectionKey;
import dev.gimbal.knowledge.core.index.PassageQuery;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.store.FSDirectory;

/// Searches 100,000 passages with random vectors from 8 callers: through the index, and, in the
/// same process on the same files, the same BM25 and vector queries by bare Lucene.
///
///     SearchBench [PASSAGES [CALLERS [SEARCHES]]]
public final class SearchBench {
  private static final int DIMENSIONS = 384;
  private static final int VOCABULARY = 50_000;
  private static final int WORDS = 120;
  private static final int WORDS_OF_QUERY = 6;
  private static final int PASSAGES_OF_DOCUMENT = 20;
  private static final int BATCH = 100;
  private static final int LIMIT = 10;

  private final Random random = new Random(42);
  private final PrintStream out;
  private final int passages;
  private final int callers;
  private final int searches;

  private SearchBench(int passages, int callers, int searches, PrintStream out) {
    this.passages = passages;
    this.callers = callers;
    this.searches = searches;
    this.out = out;
  }

  public static void main(String[] arguments) throws Exception {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    List<Integer> numbers = Arrays.stream(arguments).map(Integer::valueOf).toList();
    new SearchBench(
            numbers.isEmpty() ? 100_000 : numbers.getFirst(),
            numbers.size() < 2 ? 8 : numbers.get(1),
            numbers.size() < 3 ? 4_000 : numbers.get(2),
            out)
        .run();
  }

  private interface Search {
    int run(PassageQuery query) throws IOException;
  }

  private void run() throws Exception {
    Path root = Files.createTempDirectory("search-bench");
    CollectionKey key = new CollectionKey(UUID.randomUUID(), UUID.randomUUID(), 1);
    try (PassageIndex index = IndexModule.create(IndexConfig.DEFAULT, root)) {
      long started = System.nanoTime();
      fill(index, key);
      out.printf(Locale.ROOT, "indexed %d passages in %.1f s%n", passages, seconds(started));
      List<PassageQuery> queries = new ArrayList<>();
      for (int at = 0; at < searches; at++) {
        Map<String, float[]> vectors = Map.of("random", vector());
        queries.add(new PassageQuery(text(WORDS_OF_QUERY), vectors, Filter.NONE, LIMIT));
      }
      Path directory =
          root.resolve(key.tenant().toString()).resolve(key.collection().toString()).resolve("1");
      try (FSDirectory files = FSDirectory.open(directory);
          DirectoryReader reader = DirectoryReader.open(files)) {
        IndexSearcher lucene = new IndexSearcher(reader);
        out.printf("segments %d%n", reader.leaves().size());
        int depth = IndexConfig.DEFAULT.candidates();
        for (int round = 0; round < 2; round++) {
          report("index", queries, query -> index.search(key, query).size());
          report("bare Lucene, same depth", queries, query -> bare(lucene, query, depth));
          report("bare Lucene, depth 10", queries, query -> bare(lucene, query, LIMIT));
        }
      }
    }
  }

  private static int bare(IndexSearcher lucene, PassageQuery query, int depth) throws IOException {
    BooleanQuery.Builder any = new BooleanQuery.Builder();
    for (String word : query.text().split(" ")) {
      any.add(new TermQuery(new Term("words", word)), BooleanClause.Occur.SHOULD);
    }
    int found = lucene.search(any.build(), depth).scoreDocs.length;
    float[] vector = query.vectors().get("random");
    String field = "vector:" + DIMENSIONS + ":random";
    return found
        + lucene.search(new KnnFloatVectorQuery(field, vector, depth), depth).scoreDocs.length;
  }

  private void report(String name, List<PassageQuery> queries, Search search) throws Exception {
    long[] nanos = new long[queries.size()];
    long started = System.nanoTime();
    try (ExecutorService threads = Executors.newFixedThreadPool(callers)) {
      List<Callable<Integer>> work = new ArrayList<>();
      for (int caller = 0; caller < callers; caller++) {
        int first = caller;
        work.add(
            () -> {
              int found = 0;
              for (int at = first; at < nanos.length; at += callers) {
                long before = System.nanoTime();
                found += search.run(queries.get(at));
                nanos[at] = System.nanoTime() - before;
              }
              return found;
            });
      }
      for (Future<Integer> future : threads.invokeAll(work)) {
        future.get();
      }
    }
    double seconds = seconds(started);
    Arrays.sort(nanos);
    Runtime runtime = Runtime.getRuntime();
    out.printf(
        Locale.ROOT,
        "%-24s P50 %.2f ms  P99 %.2f ms  %.0f searches/s  heap %d MB%n",
        name,
        nanos[nanos.length / 2] / 1e6,
        nanos[(int) (nanos.length * 0.99)] / 1e6,
        nanos.length / seconds,
        (runtime.totalMemory() - runtime.freeMemory()) >> 20);
  }

  private void fill(PassageIndex index, CollectionKey key) {
    List<IndexedDocument> batch = new ArrayList<>();
    for (int made = 0; made < passages; made += PASSAGES_OF_DOCUMENT) {
      List<IndexedDocument.Passage> all = new ArrayList<>();
      for (int at = 0; at < PASSAGES_OF_DOCUMENT; at++) {
        String text = text(WORDS);
        Chunk chunk = new Chunk(at, 0, text.length(), text, "", "en", Locator.NONE);
        all.add(new IndexedDocument.Passage(chunk, Map.of("random", vector())));
      }
      UUID id = UUID.randomUUID();
      batch.add(new IndexedDocument(id, "", "txt", Instant.EPOCH, Map.of(), all));
      if (batch.size() == BATCH) {
        index.put(key, batch);
        batch.clear();
      }
    }
    index.put(key, batch);
    index.commit(key, "1", index.losses(key));
  }

  /// Words by Zipf's law, spelt so that stemming leaves them alone.
  private String text(int words) {
    StringBuilder text = new StringBuilder();
    for (int at = 0; at < words; at++) {
      int rank = (int) Math.pow(VOCABULARY, random.nextDouble());
      text.append(at == 0 ? "" : " ").append('w').append(rank);
    }
    return text.toString();
  }

  private float[] vector() {
    float[] vector = new float[DIMENSIONS];
    for (int at = 0; at < DIMENSIONS; at++) {
      vector[at] = (float) random.nextGaussian();
    }
    return vector;
  }

  private static double seconds(long started) {
    return (System.nanoTime() - started) / 1e9;
  }
}
