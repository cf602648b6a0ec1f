package dev.gimbal.observability.core.journal;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The files of a journal. A place in the journal is one number: the number of the process's life
/// in its upper bits, how much that life wrote before in its lower [#LIFE_BITS]. A segment is named
/// by the place of its first byte. Each life begins a segment of its own, so that nothing is ever
/// appended to what a crash left, and a place that a crash cut away leads to the next life.
final class Segments implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Segments.class);
  private static final int LIFE_BITS = 40;
  private static final String SUFFIX = ".journal";

  private final Path directory;
  private final FileChannel lock;
  private final UUID id;
  private final ConcurrentSkipListMap<Long, Path> files = new ConcurrentSkipListMap<>();
  private final AtomicLong bytes = new AtomicLong();

  private Segments(Path directory, FileChannel lock, UUID id) {
    this.directory = directory;
    this.lock = lock;
    this.id = id;
  }

  /// Takes the directory, makes it if need be, and cuts the torn tail of an earlier life.
  static Segments open(Path directory) throws IOException {
    Files.createDirectories(directory);
    FileChannel lock =
        FileChannel.open(
            directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      lock(lock, directory);
      Segments segments = new Segments(directory, lock, identity(directory));
      segments.find();
      segments.cutTornTail();
      return segments;
    } catch (IOException | RuntimeException e) {
      lock.close();
      throw e;
    }
  }

  /// Which journal it is: made once, as long as the directory lives.
  UUID id() {
    return id;
  }

  /// Bytes on disk.
  long bytes() {
    return bytes.get();
  }

  void grew(long by) {
    bytes.addAndGet(by);
  }

  /// The place where a new life begins.
  long nextLife() throws IOException {
    return files.isEmpty() ? 0 : ((end() >>> LIFE_BITS) + 1) << LIFE_BITS;
  }

  /// The place behind the last byte.
  long end() throws IOException {
    Map.Entry<Long, Path> last = files.lastEntry();
    return last == null ? 0 : last.getKey() + Files.size(last.getValue());
  }

  Path path(long base) {
    return directory.resolve(String.format(Locale.ROOT, "%016x%s", base, SUFFIX));
  }

  void added(long base) {
    files.put(base, path(base));
  }

  /// The place of each segment's first byte, in order.
  List<Long> places() {
    return List.copyOf(files.keySet());
  }

  /// The segment that a place lies in or behind; null if it lies before all of them.
  Map.@Nullable Entry<Long, Path> at(long place) {
    return files.floorEntry(place);
  }

  /// The first segment that begins behind a place.
  @Nullable Long after(long place) {
    return files.higherKey(place);
  }

  /// Removes the segments that end at or before a place; never the last one.
  void release(long place) {
    Map.Entry<Long, Path> first = files.firstEntry();
    while (first != null && endsBefore(first, place) && removed(first)) {
      first = files.firstEntry();
    }
  }

  /// The same while all of them are more than `mostBytes` together, or the oldest was written last
  /// before an instant.
  void trim(long place, long mostBytes, Instant since) throws IOException {
    Map.Entry<Long, Path> first = files.firstEntry();
    while (first != null && endsBefore(first, place)) {
      boolean old = Files.getLastModifiedTime(first.getValue()).toInstant().isBefore(since);
      if (!(old || bytes() > mostBytes) || !removed(first)) {
        return;
      }
      first = files.firstEntry();
    }
  }

  /// The beginning of a segment that lies about so much before a place, as far as there is one.
  long before(long place, long span) throws IOException {
    Map.Entry<Long, Path> found = files.floorEntry(place);
    long start = place;
    long passed = 0;
    while (found != null && passed < span) {
      start = found.getKey();
      passed += length(found);
      found = files.lowerEntry(start);
    }
    return start;
  }

  /// Without the space that is laid out behind what was written.
  private long length(Map.Entry<Long, Path> segment) throws IOException {
    long size = Files.size(segment.getValue());
    Long next = files.higherKey(segment.getKey());
    return next == null ? size : Math.min(size, next - segment.getKey());
  }

  private boolean endsBefore(Map.Entry<Long, Path> segment, long place) {
    Long next = files.higherKey(segment.getKey());
    return next != null && next <= place;
  }

  private boolean removed(Map.Entry<Long, Path> segment) {
    try {
      long size = length(segment);
      Files.delete(segment.getValue());
      bytes.addAndGet(-size);
    } catch (IOException e) {
      LOG.warn("cannot remove {}: {}", segment.getValue().getFileName(), e.toString());
      return false;
    }
    files.remove(segment.getKey());
    return true;
  }

  @Override
  public void close() throws IOException {
    lock.close();
  }

  private static void lock(FileChannel lock, Path directory) throws IOException {
    try {
      if (lock.tryLock() != null) {
        return;
      }
    } catch (OverlappingFileLockException e) {
      throw new IOException("the journal in " + directory + " is in use by this process", e);
    }
    throw new IOException("the journal in " + directory + " is in use by another process");
  }

  private static UUID identity(Path directory) throws IOException {
    Path file = directory.resolve("id");
    if (Files.exists(file)) {
      return UUID.fromString(Files.readString(file).trim());
    }
    UUID made = UUID.randomUUID();
    Path draft = directory.resolve("id.draft");
    try (FileChannel channel =
        FileChannel.open(
            draft,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(made.toString().getBytes(StandardCharsets.US_ASCII)));
      channel.force(true);
    }
    Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
    return made;
  }

  private void find() throws IOException {
    try (Stream<Path> found = Files.list(directory)) {
      for (Path path : found.toList()) {
        String name = String.valueOf(path.getFileName());
        if (name.endsWith(SUFFIX)) {
          String base = name.substring(0, name.length() - SUFFIX.length());
          files.put(Long.parseUnsignedLong(base, 16), path);
        }
      }
    }
    for (Map.Entry<Long, Path> segment : files.entrySet()) {
      bytes.addAndGet(length(segment));
    }
  }

  /// Only the last segment can end in a frame that was not written whole, or in space that was laid
  /// out: where another one of its life follows, that one's place says how long it is.
  private void cutTornTail() throws IOException {
    Map.Entry<Long, Path> last = files.lastEntry();
    if (last == null) {
      return;
    }
    long whole = wholeFrames(last.getValue());
    long torn = Files.size(last.getValue()) - whole;
    if (torn == 0) {
      return;
    }
    LOG.debug("cut {} bytes of laid-out space or torn off {}", torn, last.getValue().getFileName());
    try (RandomAccessFile file = new RandomAccessFile(last.getValue().toFile(), "rw")) {
      file.setLength(whole);
      file.getFD().sync();
    }
    bytes.addAndGet(-torn);
  }

  private static long wholeFrames(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      FrameWindow window = new FrameWindow(channel, channel.size());
      ByteBuffer entry = window.next();
      while (entry != null) {
        entry = window.next();
      }
      return window.position();
    }
  }
}
