package dev.gimbal.knowledge.core.index;

import dev.gimbal.knowledge.core.index.PassageIndex.Frequencies;
import dev.gimbal.knowledge.core.index.PassageIndex.Hit;
import dev.gimbal.knowledge.core.index.PassageIndex.Size;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.store.AlreadyClosedException;
import org.jspecify.annotations.Nullable;

/// One collection's index: open while it is used, at rest otherwise.
///
/// Operations share the lifecycle lock; opening, resting, recovering and dropping take it alone, so
/// no operation meets a closed writer. When Lucene's writer has died of an error (a full disk, an
/// interrupt while writing) the operation fails, and the next one works on what was committed last:
/// the cursor then says where to go on.
final class CollectionIndex {
  private final Path directory;
  private final IndexConfig config;
  private final PassageTerms terms;
  private final ReadWriteLock lifecycle = new ReentrantReadWriteLock();

  /// Null at rest. Guarded by the lifecycle lock.
  private @Nullable OpenIndex open;

  /// Guarded by the lifecycle lock.
  private long losses;

  /// The cursor under which it was put to rest; null if it never was. Guarded by the lifecycle
  /// lock.
  private @Nullable String rested;

  private boolean closed;

  CollectionIndex(Path directory, IndexConfig config, PassageTerms terms) {
    this.directory = directory;
    this.config = config;
    this.terms = terms;
  }

  void put(List<IndexedDocument> documents) {
    with(
        index -> {
          index.put(documents);
          return true;
        });
  }

  void remove(List<UUID> documents) {
    with(
        index -> {
          index.remove(documents);
          return true;
        });
  }

  /// False if more was lost than the writer knows of.
  boolean commit(String cursor, long known) {
    return with(
        index -> {
          if (losses != known) {
            return false;
          }
          index.commit(cursor);
          return true;
        });
  }

  long losses() {
    lifecycle.readLock().lock();
    try {
      return losses;
    } finally {
      lifecycle.readLock().unlock();
    }
  }

  String cursor() {
    return with(OpenIndex::cursor);
  }

  List<Hit> search(PassageQuery query) {
    return with(index -> index.search(query));
  }

  Frequencies frequencies(Collection<String> words) {
    return with(index -> index.frequencies(words));
  }

  Size size() {
    return with(OpenIndex::size);
  }

  boolean isOpen() {
    lifecycle.readLock().lock();
    try {
      return open != null;
    } finally {
      lifecycle.readLock().unlock();
    }
  }

  /// Removes the files; a later operation begins an empty index.
  void drop() {
    lifecycle.writeLock().lock();
    try {
      abandon();
      rested = null;
      OpenIndex.delete(directory);
    } catch (IOException e) {
      throw failed(e);
    } finally {
      lifecycle.writeLock().unlock();
    }
  }

  /// Closes the files if nobody is using them just now.
  void rest() {
    if (lifecycle.writeLock().tryLock()) {
      try {
        release();
      } finally {
        lifecycle.writeLock().unlock();
      }
    }
  }

  void close() {
    lifecycle.writeLock().lock();
    try {
      closed = true;
      release();
    } finally {
      lifecycle.writeLock().unlock();
    }
  }

  private interface Work<T> {
    T on(OpenIndex index) throws IOException;
  }

  private <T> T with(Work<T> work) {
    try {
      while (true) {
        lifecycle.readLock().lock();
        try {
          OpenIndex index = open;
          if (index != null) {
            return work.on(index);
          }
        } finally {
          lifecycle.readLock().unlock();
        }
        open();
      }
    } catch (CorruptIndexException e) {
      recover(true);
      throw failed(e);
    } catch (IOException e) {
      recover(false);
      throw failed(e);
    } catch (AlreadyClosedException e) {
      recover(false);
      throw failed(new IOException(e));
    }
  }

  private void open() throws IOException {
    lifecycle.writeLock().lock();
    try {
      if (closed) {
        throw new IllegalStateException("the index is closed");
      }
      if (open == null) {
        OpenIndex opened = OpenIndex.open(directory, config, terms);
        if (rested != null && !rested.equals(opened.cursor())) {
          losses++;
        }
        rested = null;
        open = opened;
      }
    } finally {
      lifecycle.writeLock().unlock();
    }
  }

  private void recover(boolean corrupt) {
    lifecycle.writeLock().lock();
    try {
      OpenIndex index = open;
      if (index != null && (corrupt || !index.alive())) {
        losses++;
        abandon();
        if (corrupt) {
          OpenIndex.delete(directory);
        }
      }
    } catch (IOException e) {
      throw failed(e);
    } finally {
      lifecycle.writeLock().unlock();
    }
  }

  private void release() {
    OpenIndex index = open;
    open = null;
    if (index != null) {
      try {
        index.close();
        rested = index.cursor();
      } catch (IOException | AlreadyClosedException e) {
        losses++;
        index.abandon();
      }
    }
  }

  private void abandon() {
    OpenIndex index = open;
    open = null;
    if (index != null) {
      index.abandon();
    }
  }

  private UncheckedIOException failed(IOException cause) {
    return new UncheckedIOException("the index in " + directory.getFileName() + " failed", cause);
  }
}
