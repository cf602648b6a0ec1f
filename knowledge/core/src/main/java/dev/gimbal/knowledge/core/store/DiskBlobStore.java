package dev.gimbal.knowledge.core.store;

import dev.gimbal.knowledge.api.KnowledgeError;
import dev.gimbal.knowledge.api.KnowledgeException;
import dev.gimbal.platform.ids.TenantId;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Locale;
import org.slf4j.LoggerFactory;

/// Blobs as files: `TENANT/aa/HASH`, where `aa` begins the hash. Every name comes from an id or a
/// hash, none from a user. A file is written beside its place, synced, renamed, and the folder
/// synced: a crash leaves either the whole blob or none.
public final class DiskBlobStore implements BlobStore {
  private static final String STAGED = "staged";
  private static final int BUFFER = 1 << 16;
  // Linux says ENOSPC and EDQUOT in words only; Java has no type for them.
  private static final String[] FULL = {"no space left", "disk quota exceeded"};

  private final Path root;

  /// @param root made when first used
  public DiskBlobStore(Path root) {
    this.root = root;
  }

  @Override
  public Staged stage(TenantId tenant, InputStream content, long atMost) throws IOException {
    Path folder = Files.createDirectories(root.resolve(tenant.toString()).resolve(STAGED));
    Path file = Files.createTempFile(folder, "blob", ".part");
    try {
      return write(tenant, file, content, atMost);
    } catch (IOException | RuntimeException e) {
      Files.deleteIfExists(file);
      if (full(e)) {
        throw storageFull(e);
      }
      throw e;
    }
  }

  private Staged write(TenantId tenant, Path file, InputStream content, long atMost)
      throws IOException {
    MessageDigest digest = Hash.sha256();
    byte[] buffer = new byte[BUFFER];
    long bytes = 0;
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      for (int read = content.read(buffer); read >= 0; read = content.read(buffer)) {
        bytes += read;
        if (bytes > atMost) {
          throw new KnowledgeException(
              KnowledgeError.DOCUMENT_TOO_LARGE, "the file is longer than " + atMost + " bytes");
        }
        digest.update(buffer, 0, read);
        ByteBuffer piece = ByteBuffer.wrap(buffer, 0, read);
        while (piece.hasRemaining()) {
          channel.write(piece);
        }
      }
      channel.force(true);
    }
    Hash hash = Hash.of(digest.digest());
    return new StagedFile(file, root.resolve(tenant.toString()), hash, bytes);
  }

  @Override
  public Path file(TenantId tenant, Hash hash) throws IOException {
    Path file = place(tenant, hash);
    if (!Files.isReadable(file)) {
      throw new NoSuchFileException("blob " + hash.hex());
    }
    return file;
  }

  @Override
  public void remove(TenantId tenant, Hash hash) throws IOException {
    Files.deleteIfExists(place(tenant, hash));
  }

  @Override
  public int sweepStaged(Instant before) throws IOException {
    int removed = 0;
    if (Files.notExists(root)) {
      return removed;
    }
    try (DirectoryStream<Path> tenants = Files.newDirectoryStream(root, Files::isDirectory)) {
      for (Path tenant : tenants) {
        Path staged = tenant.resolve(STAGED);
        if (Files.isDirectory(staged)) {
          removed += sweep(staged, before);
        }
      }
    }
    return removed;
  }

  private static int sweep(Path staged, Instant before) throws IOException {
    int removed = 0;
    try (DirectoryStream<Path> files = Files.newDirectoryStream(staged, "*.part")) {
      for (Path file : files) {
        try {
          boolean old = Files.getLastModifiedTime(file).toInstant().isBefore(before);
          removed += old && Files.deleteIfExists(file) ? 1 : 0;
        } catch (NoSuchFileException e) {
          // It was kept or dropped meanwhile: nothing is left to remove.
          LoggerFactory.getLogger(DiskBlobStore.class).debug("{} is gone", file, e);
        }
      }
    }
    return removed;
  }

  private Path place(TenantId tenant, Hash hash) {
    return folder(root.resolve(tenant.toString()), hash).resolve(hash.hex());
  }

  private static Path folder(Path ofTenant, Hash hash) {
    return ofTenant.resolve(hash.hex().substring(0, 2));
  }

  private static boolean full(Exception e) {
    String message = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
    for (String sign : FULL) {
      if (e instanceof IOException && message.contains(sign)) {
        return true;
      }
    }
    return false;
  }

  private static KnowledgeException storageFull(Exception cause) {
    return new KnowledgeException(
        KnowledgeError.STORAGE_FULL, "the disk for documents is full", cause);
  }

  private static void sync(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private record StagedFile(Path file, Path ofTenant, Hash hash, long bytes) implements Staged {
    @Override
    public void keep() throws IOException {
      Path folder = folder(ofTenant, hash);
      Path place = folder.resolve(hash.hex());
      if (Files.exists(place)) {
        return;
      }
      try {
        if (Files.notExists(folder)) {
          Files.createDirectories(folder);
          sync(ofTenant);
        }
        Files.move(file, place, StandardCopyOption.ATOMIC_MOVE);
        sync(folder);
      } catch (IOException e) {
        if (full(e)) {
          throw storageFull(e);
        }
        throw e;
      }
    }

    @Override
    public void close() {
      try {
        Files.deleteIfExists(file);
      } catch (IOException e) {
        LoggerFactory.getLogger(DiskBlobStore.class).warn("cannot remove {}", file, e);
      }
    }
  }
}
