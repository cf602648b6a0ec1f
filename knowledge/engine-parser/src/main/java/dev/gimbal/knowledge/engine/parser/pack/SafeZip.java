package dev.gimbal.knowledge.engine.parser.pack;

import dev.gimbal.knowledge.engine.parser.draft.Refusal;
import java.io.Closeable;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/// A zip archive whose entries are counted while they unpack, whatever sizes they declare: at
/// most 2,000 entries, 50 MB an entry, 200 MB together, 200 times the packed size beyond 5
/// MB.
public final class SafeZip implements Closeable {
  private static final int ENTRIES_AT_MOST = 2_000;
  private static final long ENTRY_BYTES_AT_MOST = 50_000_000;
  private static final long TOTAL_BYTES_AT_MOST = 200_000_000;
  private static final long RATIO_AT_MOST = 200;
  private static final long RATIO_FROM = 5_000_000;

  private final ZipFile zip;
  private long total;

  private SafeZip(ZipFile zip) {
    this.zip = zip;
  }

  /// Opens an archive.
  public static SafeZip open(Path file) throws IOException {
    ZipFile zip;
    try {
      zip = new ZipFile(file.toFile());
    } catch (ZipException e) {
      throw Refusal.unreadable(
          "the file is damaged: what is packed in it cannot be found; it may have been cut off", e);
    }
    if (zip.size() > ENTRIES_AT_MOST) {
      int size = zip.size();
      zip.close();
      throw Refusal.suspicious(
          "the archive has %d entries, limit %d".formatted(size, ENTRIES_AT_MOST));
    }
    return new SafeZip(zip);
  }

  /// Names of all entries.
  public List<String> names() {
    return zip.stream().map(ZipEntry::getName).toList();
  }

  /// Whether there is an entry of this name.
  public boolean has(String name) {
    return zip.getEntry(name) != null;
  }

  /// The entry, unpacked as it is read; empty if there is none.
  public Optional<InputStream> stream(String name) throws IOException {
    ZipEntry entry = zip.getEntry(name);
    if (entry == null) {
      return Optional.empty();
    }
    return Optional.of(new Counted(zip.getInputStream(entry), name, entry.getCompressedSize()));
  }

  /// All of the entry; empty if there is none.
  public Optional<byte[]> bytes(String name) throws IOException {
    Optional<InputStream> stream = stream(name);
    if (stream.isEmpty()) {
      return Optional.empty();
    }
    try (InputStream in = stream.get()) {
      return Optional.of(in.readAllBytes());
    }
  }

  @Override
  public void close() throws IOException {
    zip.close();
  }

  private final class Counted extends FilterInputStream {
    private final String name;
    private final long packed;
    private long count;

    Counted(InputStream in, String name, long packed) {
      super(in);
      this.name = name;
      this.packed = Math.max(packed, 1);
    }

    @Override
    public int read() throws IOException {
      int value = super.read();
      count(value < 0 ? 0 : 1);
      return value;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      int read = super.read(buffer, offset, length);
      count(Math.max(read, 0));
      return read;
    }

    private void count(int bytes) {
      count += bytes;
      total += bytes;
      boolean ratio = count > RATIO_FROM && count / packed > RATIO_AT_MOST;
      if (count > ENTRY_BYTES_AT_MOST || total > TOTAL_BYTES_AT_MOST || ratio) {
        throw Refusal.suspicious(
            "the archive's entry %s unpacks beyond the limits".formatted(name));
      }
    }
  }
}
