package dev.gimbal.knowledge.core.index;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/// The search index of this node: derived from the database, rebuilt from it when lost or behind.
/// Thread-safe; blocks.
public interface PassageIndex extends AutoCloseable {

  /// Replaces what the index holds of these documents. Visible to searches when this returns;
  /// durable
  /// at the next [#commit].
  void put(CollectionKey collection, List<IndexedDocument> documents);

  /// Removes documents; those that are not there do not matter.
  void remove(CollectionKey collection, List<UUID> documents);

  /// Removes a collection and its files.
  void drop(CollectionKey collection);

  /// Syncs to disk and stores the cursor up to which the index is true to the database.
  ///
  /// @param cursor text of the reader's own form
  /// @param losses that whoever writes knows of
  /// @return false, and nothing is stored, if there was another loss since
  boolean commit(CollectionKey collection, String cursor, long losses);

  /// What [#commit] stored last; empty text if nothing or the index is torn and starts anew.
  String cursor(CollectionKey collection);

  /// How often, since this process began, a collection lost what was not committed, or all of it:
  /// a full disk, a torn file. It may happen in a search too. Whoever writes goes on from
  /// [#cursor] then.
  long losses(CollectionKey collection);

  /// Searches.
  ///
  /// @return passages by falling score, at most [PassageQuery#limit]
  List<Hit> search(CollectionKey collection, PassageQuery query);

  /// How many passages hold each of these words, each read as a question's words are.
  Frequencies frequencies(CollectionKey collection, Collection<String> words);

  /// How many passages and documents it holds.
  Size size(CollectionKey collection);

  @Override
  void close();

  /// One directory each.
  ///
  /// @param version of the index's form; a new one is built beside the old
  record CollectionKey(UUID tenant, UUID collection, int version) {}

  /// A found passage.
  ///
  /// @param score fused, 0 to 1
  /// @param keyword normalised BM25 score, 0 to 1; NaN if it was not asked for
  /// @param vector normalised similarity, 0 to 1; NaN if it was not asked for
  record Hit(UUID document, int ordinal, double score, double keyword, double vector) {}

  /// How rare words are in a collection. Passages that were removed a moment ago may still count.
  ///
  /// @param passages in all
  /// @param holding by word; a word that searches leave out counts as held by all
  record Frequencies(long passages, Map<String, Long> holding) {
    public Frequencies {
      holding = Map.copyOf(holding);
    }
  }

  /// How much an index holds.
  record Size(long documents, long passages) {}
}
