package dev.gimbal.knowledge.core.index;

import dev.gimbal.knowledge.core.index.PassageIndex.Frequencies;
import dev.gimbal.knowledge.core.index.PassageIndex.Hit;
import dev.gimbal.knowledge.core.index.PassageIndex.Size;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.lucene.document.Document;
import org.apache.lucene.index.CodecReader;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexFormatTooNewException;
import org.apache.lucene.index.IndexFormatTooOldException;
import org.apache.lucene.index.IndexReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.SearcherManager;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.search.similarities.BM25Similarity;
import org.apache.lucene.search.similarities.Similarity;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Lucene's writer and searchers on one directory. Thread-safe, but for [#close] and [#abandon].
///
/// A file beside the directory stands as long as it is open. Found on opening, it says that the
/// process died, and every file's checksum is read before the index is trusted.
final class OpenIndex {
  private static final Logger LOG = LoggerFactory.getLogger(OpenIndex.class);

  /// What analysis and fields look like; an index of another form is built anew.
  private static final String FORM = "1";

  private static final String FORM_KEY = "form";
  private static final String CURSOR_KEY = "cursor";

  private static final Similarity SIMILARITY = new BM25Similarity(0.9f, 0.4f);

  private final Directory directory;
  private final Path mark;
  private final IndexWriter writer;
  private final SearcherManager searchers;
  private final IndexConfig config;
  private final PassageTerms terms;
  private volatile String cursor;

  private OpenIndex(
      Directory directory, Path mark, IndexWriter writer, IndexConfig config, PassageTerms terms)
      throws IOException {
    this.directory = directory;
    this.mark = mark;
    this.writer = writer;
    this.searchers = new SearcherManager(writer, null);
    this.config = config;
    this.terms = terms;
    this.cursor = committed(writer).getOrDefault(CURSOR_KEY, "");
  }

  /// Opens what is there; begins anew if there is nothing, or it is torn or of another form.
  static OpenIndex open(Path path, IndexConfig config, PassageTerms terms) throws IOException {
    try {
      return attempt(path, config, terms);
    } catch (CorruptIndexException
        | IndexFormatTooOldException
        | IndexFormatTooNewException
        | EOFException
        | FileNotFoundException
        | NoSuchFileException
        | IllegalArgumentException e) {
      LOG.warn("an index is torn or of another form and is built anew: {}", path, e);
      delete(path);
      return attempt(path, config, terms);
    }
  }

  /// Deletes the directory with all that is in it.
  static void delete(Path path) throws IOException {
    if (Files.exists(path)) {
      try (Stream<Path> tree = Files.walk(path)) {
        for (Path each : tree.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(each);
        }
      }
    }
    Files.deleteIfExists(mark(path));
  }

  void put(List<IndexedDocument> documents) throws IOException {
    for (IndexedDocument document : documents) {
      List<Document> passages = PassageFields.of(document, terms);
      Term id = new Term(PassageFields.DOCUMENT, document.document().toString());
      if (passages.isEmpty()) {
        writer.deleteDocuments(id);
      } else {
        writer.updateDocuments(id, passages);
      }
    }
    searchers.maybeRefreshBlocking();
  }

  void remove(List<UUID> documents) throws IOException {
    Term[] ids =
        documents.stream()
            .map(document -> new Term(PassageFields.DOCUMENT, document.toString()))
            .toArray(Term[]::new);
    writer.deleteDocuments(ids);
    searchers.maybeRefreshBlocking();
  }

  void commit(String next) throws IOException {
    writer.setLiveCommitData(Map.of(FORM_KEY, FORM, CURSOR_KEY, next).entrySet());
    writer.commit();
    cursor = next;
  }

  String cursor() {
    return cursor;
  }

  List<Hit> search(PassageQuery query) throws IOException {
    IndexSearcher searcher = acquire();
    try {
      return new FusedSearch(searcher, config, terms).run(query);
    } finally {
      searchers.release(searcher);
    }
  }

  Frequencies frequencies(Collection<String> words) throws IOException {
    IndexSearcher searcher = acquire();
    try {
      IndexReader reader = searcher.getIndexReader();
      long all = reader.numDocs();
      Map<String, Long> holding = new HashMap<>();
      for (String word : words) {
        long least = all;
        for (String term : terms.of(word)) {
          long held = 0;
          for (String field : PassageFields.TERMS) {
            held += reader.docFreq(new Term(field, term));
          }
          least = Math.min(least, held);
        }
        holding.put(word, least);
      }
      return new Frequencies(all, holding);
    } finally {
      searchers.release(searcher);
    }
  }

  Size size() throws IOException {
    IndexSearcher searcher = acquire();
    try {
      int documents = searcher.count(new TermQuery(new Term(PassageFields.FIRST, "1")));
      return new Size(documents, searcher.getIndexReader().numDocs());
    } finally {
      searchers.release(searcher);
    }
  }

  boolean alive() {
    return writer.isOpen();
  }

  /// Commits under the cursor it has, and closes.
  void close() throws IOException {
    searchers.close();
    if (writer.hasUncommittedChanges()) {
      commit(cursor);
    }
    writer.close();
    directory.close();
    Files.deleteIfExists(mark);
  }

  /// Closes without keeping what was not committed.
  void abandon() {
    try {
      searchers.close();
      writer.rollback();
      directory.close();
    } catch (IOException e) {
      LOG.warn("an index did not close cleanly: {}", directory, e);
    }
  }

  private IndexSearcher acquire() throws IOException {
    IndexSearcher searcher = searchers.acquire();
    searcher.setSimilarity(SIMILARITY);
    return searcher;
  }

  private static OpenIndex attempt(Path path, IndexConfig config, PassageTerms terms)
      throws IOException {
    Files.createDirectories(path);
    Path mark = mark(path);
    Directory directory = FSDirectory.open(path);
    IndexWriter writer = null;
    try {
      if (Files.exists(mark)) {
        check(directory);
      } else {
        Files.createFile(mark);
      }
      IndexWriterConfig writing =
          new IndexWriterConfig()
              .setCodec(new VectorCodec())
              .setSimilarity(SIMILARITY)
              .setRAMBufferSizeMB(config.bufferMegabytes())
              .setCommitOnClose(false);
      writer = new IndexWriter(directory, writing);
      Map<String, String> data = committed(writer);
      if (!data.isEmpty() && !FORM.equals(data.get(FORM_KEY))) {
        throw new CorruptIndexException("form is not " + FORM + ", but " + data, path.toString());
      }
      return new OpenIndex(directory, mark, writer, config, terms);
    } catch (IOException | IllegalArgumentException e) {
      if (writer != null) {
        writer.rollback();
      }
      directory.close();
      throw e;
    }
  }

  private static void check(Directory directory) throws IOException {
    if (!DirectoryReader.indexExists(directory)) {
      return;
    }
    try (DirectoryReader reader = DirectoryReader.open(directory)) {
      for (LeafReaderContext leaf : reader.leaves()) {
        if (leaf.reader() instanceof CodecReader segment) {
          segment.checkIntegrity();
        }
      }
    }
  }

  private static Map<String, String> committed(IndexWriter writer) {
    Iterable<Map.Entry<String, String>> data = writer.getLiveCommitData();
    if (data == null) {
      return Map.of();
    }
    HashMap<String, String> map = new HashMap<>();
    data.forEach(entry -> map.put(entry.getKey(), entry.getValue()));
    return map;
  }

  private static Path mark(Path path) {
    return path.resolveSibling(path.getFileName() + ".open");
  }
}
