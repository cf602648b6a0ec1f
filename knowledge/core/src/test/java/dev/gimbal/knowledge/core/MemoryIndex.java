package dev.gimbal.knowledge.core;

import dev.gimbal.knowledge.core.index.Filter;
import dev.gimbal.knowledge.core.index.IndexedDocument;
import dev.gimbal.knowledge.core.index.PassageIndex;
import dev.gimbal.knowledge.core.index.PassageQuery;
import dev.gimbal.platform.text.Tokens;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/// An index in memory: the share of the question's tokens, averaged with similarity.
final class MemoryIndex implements PassageIndex {
  private final Map<CollectionKey, Map<UUID, IndexedDocument>> held = new ConcurrentHashMap<>();
  private final Map<CollectionKey, String> cursors = new ConcurrentHashMap<>();
  private final Map<CollectionKey, Map<UUID, IndexedDocument>> committed =
      new ConcurrentHashMap<>();
  private final AtomicLong losses = new AtomicLong();
  private final AtomicInteger putFailures = new AtomicInteger();

  @Override
  public void put(CollectionKey collection, List<IndexedDocument> documents) {
    if (putFailures.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
      throw new IllegalStateException("the disk is full");
    }
    documents.forEach(document -> of(collection).put(document.document(), document));
  }

  @Override
  public void remove(CollectionKey collection, List<UUID> documents) {
    documents.forEach(of(collection)::remove);
  }

  @Override
  public void drop(CollectionKey collection) {
    held.remove(collection);
    committed.remove(collection);
    cursors.remove(collection);
  }

  @Override
  public boolean commit(CollectionKey collection, String cursor, long known) {
    if (losses.get() != known) {
      return false;
    }
    committed.put(collection, Map.copyOf(of(collection)));
    cursors.put(collection, cursor);
    return true;
  }

  @Override
  public long losses(CollectionKey collection) {
    return losses.get();
  }

  /// Loses what was not committed, as a writer does that the disk failed.
  void lose() {
    held.clear();
    committed.forEach((key, documents) -> held.put(key, new ConcurrentHashMap<>(documents)));
    losses.incrementAndGet();
  }

  /// Loses everything, as when a file is torn, and fails the next puts.
  void lose(int failing) {
    putFailures.set(failing);
    held.clear();
    committed.clear();
    cursors.clear();
    losses.incrementAndGet();
  }

  @Override
  public String cursor(CollectionKey collection) {
    return cursors.getOrDefault(collection, "");
  }

  @Override
  public List<Hit> search(CollectionKey collection, PassageQuery query) {
    Set<String> wanted = new HashSet<>(Tokens.of(query.text()));
    List<Hit> hits = new ArrayList<>();
    for (IndexedDocument document : of(collection).values()) {
      for (IndexedDocument.Passage passage : document.passages()) {
        if (fits(query.filter(), document, passage)) {
          Hit hit = hit(document, passage, wanted, query);
          if (hit.score() > 0) {
            hits.add(hit);
          }
        }
      }
    }
    hits.sort(Comparator.comparingDouble(Hit::score).reversed());
    return hits.subList(0, Math.min(query.limit(), hits.size()));
  }

  private static Hit hit(
      IndexedDocument document,
      IndexedDocument.Passage passage,
      Set<String> wanted,
      PassageQuery query) {
    Set<String> tokens =
        new HashSet<>(Tokens.of(passage.chunk().context() + " " + passage.chunk().text()));
    long shared = wanted.stream().filter(tokens::contains).count();
    double keyword = wanted.isEmpty() ? Double.NaN : (double) shared / wanted.size();
    double vector = query.vectors().isEmpty() ? Double.NaN : 0;
    for (Map.Entry<String, float[]> own : passage.vectors().entrySet()) {
      float[] other = query.vectors().get(own.getKey());
      if (other != null) {
        double dot = 0;
        for (int at = 0; at < other.length; at++) {
          dot += own.getValue()[at] * other[at];
        }
        vector = Math.max(0, dot);
      }
    }
    double score =
        Double.isNaN(keyword)
            ? vector
            : Double.isNaN(vector) ? keyword : shared == 0 ? 0 : (keyword + vector) / 2;
    return new Hit(document.document(), passage.chunk().ordinal(), score, keyword, vector);
  }

  private static boolean fits(
      Filter filter, IndexedDocument document, IndexedDocument.Passage passage) {
    return (filter.documents().isEmpty() || filter.documents().contains(document.document()))
        && (filter.formats().isEmpty() || filter.formats().contains(document.format()))
        && (filter.languages().isEmpty() || filter.languages().contains(passage.chunk().language()))
        && filter.metadata().entrySet().stream()
            .allMatch(
                wanted ->
                    wanted
                        .getValue()
                        .contains(document.metadata().getOrDefault(wanted.getKey(), "")));
  }

  private Map<UUID, IndexedDocument> of(CollectionKey collection) {
    return held.computeIfAbsent(collection, key -> new ConcurrentHashMap<>());
  }

  @Override
  public Frequencies frequencies(CollectionKey collection, Collection<String> words) {
    List<Set<String>> passages =
        of(collection).values().stream()
            .flatMap(document -> document.passages().stream())
            .map(one -> Set.copyOf(Tokens.of(one.chunk().context() + " " + one.chunk().text())))
            .toList();
    return new Frequencies(
        passages.size(),
        words.stream()
            .distinct()
            .collect(
                java.util.stream.Collectors.toMap(
                    word -> word,
                    word -> passages.stream().filter(one -> one.contains(word)).count())));
  }

  @Override
  public Size size(CollectionKey collection) {
    return new Size(
        of(collection).size(),
        of(collection).values().stream().mapToLong(document -> document.passages().size()).sum());
  }

  @Override
  public void close() {}
}
