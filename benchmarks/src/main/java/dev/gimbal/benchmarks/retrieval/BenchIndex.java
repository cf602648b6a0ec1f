package dev.gimbal.benchmarks.retrieval;

import dev.gimbal.knowledge.api.ParsedDocument;
import dev.gimbal.knowledge.core.chunking.Chunk;
import dev.gimbal.knowledge.core.chunking.Chunker;
import dev.gimbal.knowledge.core.index.Filter;
import dev.gimbal.knowledge.core.index.IndexedDocument;
import dev.gimbal.knowledge.core.index.PassageIndex;
import dev.gimbal.knowledge.core.index.PassageIndex.CollectionKey;
import dev.gimbal.knowledge.core.index.PassageIndex.Hit;
import dev.gimbal.knowledge.core.index.PassageQuery;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/// Corpora in one collection of an index, searched by name.
final class BenchIndex {
  private final PassageIndex index;
  private final Chunker chunker;
  private final VectorCache cache;
  private final CollectionKey collection =
      new CollectionKey(UUID.randomUUID(), UUID.randomUUID(), 1);
  private final Map<UUID, String> names = new HashMap<>();
  private final Map<String, List<Chunk>> chunks = new HashMap<>();
  private final Map<String, IndexedDocument> indexed = new HashMap<>();
  private int passages;
  private int unembedded;

  BenchIndex(PassageIndex index, Chunker chunker, VectorCache cache) {
    this.index = index;
    this.chunker = chunker;
    this.cache = cache;
  }

  /// Runs work while these documents are really gone from the index, and puts them back.
  void without(List<String> documents, Runnable work) {
    List<UUID> gone = new ArrayList<>();
    List<IndexedDocument> back = new ArrayList<>();
    for (String name : documents) {
      IndexedDocument document = indexed.get(name);
      if (document != null) {
        gone.add(document.document());
        back.add(document);
      }
    }
    index.remove(collection, gone);
    try {
      work.run();
    } finally {
      index.put(collection, back);
    }
  }

  PassageIndex.Frequencies frequencies(Collection<String> words) {
    return index.frequencies(collection, words);
  }

  /// A found passage.
  record Found(String document, Chunk chunk, double score) {}

  void add(Map<String, ParsedDocument> documents) {
    List<IndexedDocument> batch = new ArrayList<>();
    documents.forEach(
        (name, document) -> {
          UUID id = UUID.randomUUID();
          names.put(id, name);
          List<Chunk> cut = chunker.chunk(document);
          chunks.put(name, cut);
          List<IndexedDocument.Passage> made = new ArrayList<>();
          for (Chunk chunk : cut) {
            made.add(new IndexedDocument.Passage(chunk, vectors(chunk)));
          }
          passages += made.size();
          IndexedDocument whole =
              new IndexedDocument(
                  id, document.title(), document.format(), Instant.EPOCH, Map.of(), made);
          indexed.put(name, whole);
          batch.add(whole);
        });
    index.put(collection, batch);
  }

  int passages() {
    return passages;
  }

  /// Passages whose vector the cache does not hold.
  int unembedded() {
    return unembedded;
  }

  /// @param retrieval `keyword`, `vector` or `hybrid`
  List<Found> search(String text, String retrieval, int limit) {
    Map<String, float[]> vectors = new HashMap<>();
    if (!retrieval.equals("keyword")) {
      for (String model : List.of("en", "zh")) {
        float[] vector = cache.query(model, text);
        if (vector != null) {
          vectors.put(model, vector);
        }
      }
    }
    boolean words = !retrieval.equals("vector");
    List<Found> found = new ArrayList<>();
    for (Hit hit :
        index.search(collection, new PassageQuery(text, words, vectors, Filter.NONE, limit))) {
      String name = names.getOrDefault(hit.document(), "");
      found.add(
          new Found(name, chunks.getOrDefault(name, List.of()).get(hit.ordinal()), hit.score()));
    }
    return found;
  }

  /// Each document with the score of its best passage.
  Map<String, Double> documents(String text, String retrieval, int limit) {
    Map<String, Double> best = new LinkedHashMap<>();
    search(text, retrieval, limit)
        .forEach(found -> best.merge(found.document(), found.score(), Math::max));
    return best;
  }

  private Map<String, float[]> vectors(Chunk chunk) {
    String model = chunk.language().equals("zh") ? "zh" : "en";
    float[] vector = cache.passage(model, chunk.embedded());
    if (vector == null) {
      unembedded++;
      return Map.of();
    }
    return Map.of(model, vector);
  }
}
