package dev.gimbal.observability.core.journal;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/// A file that is written through memory: an entry costs a copy and no system call, and what was
/// copied outlives the process as what was written does. Space is laid out ahead with zeros, which
/// are no frame, so that a full disk shows there, as an exception, and nowhere else.
final class MappedFile implements Disk.AppendFile {
  /// Some thousand calls; laid out in less than a millisecond.
  private static final int AHEAD = 1 << 20;

  private static final ByteBuffer ZEROS = ByteBuffer.allocateDirect(64 << 10).asReadOnlyBuffer();

  private final FileChannel channel;

  /// Those whose last entry may be on its way to the disk: unmapping takes longer than an append
  /// may.
  private final ConcurrentLinkedQueue<Arena> retired = new ConcurrentLinkedQueue<>();

  private @Nullable Window window;
  private long laidOut;
  private volatile long length;

  /// The part of the file that is written now.
  private record Window(Arena arena, ByteBuffer bytes) {}

  private MappedFile(FileChannel channel) {
    this.channel = channel;
  }

  static MappedFile create(Path path) throws IOException {
    FileChannel channel =
        FileChannel.open(
            path,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE);
    syncDirectory(path);
    return new MappedFile(channel);
  }

  @Override
  public void append(byte[] bytes, int count) throws IOException {
    Window to = window;
    if (to == null || to.bytes.remaining() < count) {
      to = next(Math.max(count, AHEAD));
    }
    try {
      to.bytes.put(bytes, 0, count);
    } catch (InternalError e) {
      throw new IOException("the disk took away what it had given", e);
    }
    long behind = length + count;
    length = behind;
  }

  private Window next(int size) throws IOException {
    retire();
    while (laidOut < length + size) {
      long missing = length + size - laidOut;
      ByteBuffer zeros = ZEROS.duplicate();
      zeros.limit((int) Math.min(zeros.capacity(), missing));
      laidOut += channel.write(zeros, laidOut);
    }
    Arena arena = Arena.ofShared();
    try {
      ByteBuffer bytes = channel.map(MapMode.READ_WRITE, length, size, arena).asByteBuffer();
      window = new Window(arena, bytes);
      return window;
    } catch (IOException | RuntimeException e) {
      arena.close();
      throw e;
    }
  }

  private void retire() {
    if (window != null) {
      retired.add(window.arena);
      window = null;
    }
  }

  @Override
  public void cut(long to) throws IOException {
    retire();
    channel.truncate(to);
    laidOut = to;
    length = to;
  }

  @Override
  public void sync() throws IOException {
    channel.force(false);
    for (Arena old = retired.poll(); old != null; old = retired.poll()) {
      old.close();
    }
  }

  @Override
  public void close() throws IOException {
    retire();
    for (Arena old = retired.poll(); old != null; old = retired.poll()) {
      old.close();
    }
    try (channel) {
      channel.truncate(length);
    }
  }

  private static void syncDirectory(Path path) throws IOException {
    Path directory = path.toAbsolutePath().getParent();
    if (directory != null) {
      try (FileChannel entries = FileChannel.open(directory, StandardOpenOption.READ)) {
        entries.force(true);
      }
    }
  }
}
