package dev.gimbal.knowledge.core.store;

import dev.gimbal.platform.ids.TenantId;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Instant;

/// Files by the hash of their bytes, each tenant's apart. Thread-safe; blocks.
public interface BlobStore {

  /// Takes bytes in. They are durable when this returns, but not yet to be found.
  ///
  /// @param atMost bytes; more is refused
  /// @throws dev.gimbal.knowledge.api.KnowledgeException [KnowledgeError#DOCUMENT_TOO_LARGE],
  ///     [KnowledgeError#STORAGE_FULL]
  Staged stage(TenantId tenant, InputStream content, long atMost) throws IOException;

  /// A readable file with the bytes of a blob.
  ///
  /// @throws java.nio.file.NoSuchFileException if there is none
  Path file(TenantId tenant, Hash hash) throws IOException;

  /// Removes a blob; one that is not there does not matter.
  void remove(TenantId tenant, Hash hash) throws IOException;

  /// Removes what was staged, not kept, and not written to since an instant: its process died.
  ///
  /// @return how many went
  int sweepStaged(Instant before) throws IOException;

  /// Bytes that were taken in.
  interface Staged extends AutoCloseable {
    Hash hash();

    long bytes();

    /// Makes them a blob, durably. Repeats safely.
    void keep() throws IOException;

    /// Drops what was not kept.
    @Override
    void close();
  }
}
