package dev.gimbal.knowledge.core.index;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/// Lucene beside the process, a directory for each collection.
///
/// Collections are opened when they are first asked for. Above the bound the one unused for longest
/// is put to rest. That loses nothing: it is committed under the cursor it had, so at worst what it
/// holds beyond that cursor is put once more.
final class LuceneIndex implements PassageIndex {
  private final IndexConfig config;
  private final Path root;
  private final PassageTerms terms = new PassageTerms();
  private final Map<CollectionKey, CollectionIndex> collections = new ConcurrentHashMap<>();

  /// What is open, by last use. Guarded by itself.
  private final LinkedHashMap<CollectionKey, CollectionIndex> open =
      new LinkedHashMap<>(16, 0.75f, true);

  private volatile boolean closed;

  LuceneIndex(IndexConfig config, Path root) {
    this.config = config;
    this.root = root;
  }

  @Override
  public void put(CollectionKey collection, List<IndexedDocument> documents) {
    use(collection).put(documents);
  }

  @Override
  public void remove(CollectionKey collection, List<UUID> documents) {
    use(collection).remove(documents);
  }

  @Override
  public void drop(CollectionKey collection) {
    use(collection).drop();
  }

  @Override
  public boolean commit(CollectionKey collection, String cursor, long losses) {
    return use(collection).commit(cursor, losses);
  }

  @Override
  public long losses(CollectionKey collection) {
    // Asked of every collection each second: it is no use that would keep one open.
    CollectionIndex known = collections.get(collection);
    return known == null ? 0 : known.losses();
  }

  @Override
  public String cursor(CollectionKey collection) {
    return use(collection).cursor();
  }

  @Override
  public List<Hit> search(CollectionKey collection, PassageQuery query) {
    return use(collection).search(query);
  }

  @Override
  public Frequencies frequencies(CollectionKey collection, Collection<String> words) {
    return use(collection).frequencies(words);
  }

  @Override
  public Size size(CollectionKey collection) {
    return use(collection).size();
  }

  @Override
  public void close() {
    closed = true;
    collections.values().forEach(CollectionIndex::close);
    terms.close();
  }

  /// How many collections are open now.
  int openCollections() {
    return (int) collections.values().stream().filter(CollectionIndex::isOpen).count();
  }

  private CollectionIndex use(CollectionKey key) {
    if (closed) {
      throw new IllegalStateException("the index is closed");
    }
    CollectionIndex collection =
        collections.computeIfAbsent(
            key, absent -> new CollectionIndex(directory(absent), config, terms));
    leastUsed(key, collection).forEach(CollectionIndex::rest);
    return collection;
  }

  private List<CollectionIndex> leastUsed(CollectionKey key, CollectionIndex used) {
    List<CollectionIndex> least = new ArrayList<>();
    synchronized (open) {
      open.put(key, used);
      Iterator<CollectionIndex> eldest = open.values().iterator();
      while (open.size() > config.openCollections()) {
        least.add(eldest.next());
        eldest.remove();
      }
    }
    return least;
  }

  private Path directory(CollectionKey key) {
    return root.resolve(key.tenant().toString())
        .resolve(key.collection().toString())
        .resolve(Integer.toString(key.version()));
  }
}
