package dev.gimbal.gateway.core.budget;

import dev.gimbal.gateway.limits.LeaseStore.Remains;
import dev.gimbal.gateway.limits.LeaseTrace;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What calls may use of each lease of this process, in a mapped file of a fixed size: a store
/// to memory a call, and there when the process was killed, for then the machine still has the
/// page. It is not there for certain when the machine itself went down, so it counts only for
/// the boot that wrote it. The process holds a lock on it, which the kernel drops with the
/// process: who gets the lock knows that the process is over. Thread-safe.
final class LeaseFile implements LeaseTrace, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LeaseFile.class);
  private static final String SUFFIX = ".leases";
  private static final Path BOOT = Path.of("/proc/sys/kernel/random/boot_id");

  /// Leases of one process at a time; of more nothing can be given back.
  static final int MOST = 4_096;

  private static final long MAGIC = 0x67696d6c65617331L;
  private static final long HEAD = 64;
  private static final long SLOT = 48;
  private static final long SIZE = HEAD + MOST * SLOT;

  // Of the head, in bytes.
  private static final long NODE = 8;
  private static final long BOOTED = 24;
  private static final long INCOMPLETE = 40;

  // Of a slot.
  private static final long WINDOW = 16;
  private static final long EPOCH = 24;
  private static final long USED = 32;
  private static final long TAKEN = 40;

  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
  private static final VarHandle LONGS = LONG.varHandle();

  private final Path file;
  private final FileChannel channel;
  private final MemorySegment memory;
  private final Deque<Long> free = new ArrayDeque<>();

  private LeaseFile(Path file, FileChannel channel, MemorySegment memory) {
    this.file = file;
    this.channel = channel;
    this.memory = memory;
    for (long at = HEAD; at < SIZE; at += SLOT) {
      free.add(at);
    }
  }

  /// What a process left behind whose lock is free.
  ///
  /// @param remains of each lease that it had
  record Left(Path file, UUID node, List<Remains> remains) {
    Left {
      remains = List.copyOf(remains);
    }

    /// @param given whether all of it was given back
    void remove(boolean given) {
      if (given) {
        LeaseFile.remove(file);
      }
    }
  }

  /// Begins a file of a node. Empty where nothing of it could be relied on: this system does
  /// not say which boot it is, or the directory cannot be written to.
  static Optional<LeaseFile> create(Path directory, UUID node) {
    Optional<UUID> boot = boot();
    if (boot.isEmpty()) {
      return Optional.empty();
    }
    try {
      Files.createDirectories(directory);
      Path file = directory.resolve(node + SUFFIX);
      FileChannel channel =
          FileChannel.open(
              file,
              StandardOpenOption.CREATE_NEW,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE);
      boolean whole = false;
      try {
        if (channel.tryLock() == null) {
          throw new IOException("a new file is locked: " + file);
        }
        // Written and not only made longer: a page without room on the disk would end the process.
        ByteBuffer empty = ByteBuffer.allocate((int) SIZE);
        while (empty.hasRemaining()) {
          channel.write(empty);
        }
        MemorySegment memory = channel.map(FileChannel.MapMode.READ_WRITE, 0, SIZE, Arena.ofAuto());
        put(memory, NODE, node);
        put(memory, BOOTED, boot.get());
        LONGS.setRelease(memory, 0L, MAGIC);
        whole = true;
        return Optional.of(new LeaseFile(file, channel, memory));
      } finally {
        if (!whole) {
          channel.close();
          Files.deleteIfExists(file);
        }
      }
    } catch (IOException e) {
      LOG.warn("what is used of leases is not written down: {}", e.toString());
      return Optional.empty();
    }
  }

  /// What ended processes left behind. What cannot be relied on is removed: of an earlier boot, not
  /// whole, of too many leases.
  static List<Left> left(Path directory) {
    Optional<UUID> boot = boot();
    if (boot.isEmpty() || !Files.isDirectory(directory)) {
      return List.of();
    }
    List<Left> all = new ArrayList<>();
    try (var files = Files.newDirectoryStream(directory, "*" + SUFFIX)) {
      for (Path file : files) {
        Optional<Left> found = read(file, boot.get());
        found.ifPresent(all::add);
      }
    } catch (IOException e) {
      LOG.warn("what earlier processes left of their leases cannot be read: {}", e.toString());
    }
    return all;
  }

  private static Optional<Left> read(Path file, UUID boot) throws IOException {
    try (FileChannel channel =
            FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
        FileLock lock = channel.tryLock()) {
      if (lock == null) {
        return Optional.empty();
      }
      Optional<Left> found =
          channel.size() == SIZE
              ? read(
                  file, boot, channel.map(FileChannel.MapMode.READ_ONLY, 0, SIZE, Arena.ofAuto()))
              : Optional.empty();
      if (found.isEmpty()) {
        Files.deleteIfExists(file);
      }
      return found;
    } catch (OverlappingFileLockException e) {
      // Of this very process.
      return Optional.empty();
    }
  }

  private static Optional<Left> read(Path file, UUID boot, MemorySegment memory) {
    boolean sound =
        memory.get(LONG, 0) == MAGIC
            && get(memory, BOOTED).equals(boot)
            && memory.get(LONG, INCOMPLETE) == 0;
    if (!sound) {
      return Optional.empty();
    }
    List<Remains> remains = new ArrayList<>();
    for (long at = HEAD; at < SIZE; at += SLOT) {
      if (memory.get(LONG, at + TAKEN) != 0) {
        remains.add(
            new Remains(
                get(memory, at),
                memory.get(LONG, at + WINDOW),
                memory.get(LONG, at + EPOCH),
                memory.get(LONG, at + USED)));
      }
    }
    return Optional.of(new Left(file, get(memory, NODE), remains));
  }

  private static Optional<UUID> boot() {
    try {
      return Optional.of(UUID.fromString(Files.readString(BOOT).strip()));
    } catch (IOException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static void put(MemorySegment memory, long at, UUID id) {
    memory.set(LONG, at, id.getMostSignificantBits());
    memory.set(LONG, at + Long.BYTES, id.getLeastSignificantBits());
  }

  private static UUID get(MemorySegment memory, long at) {
    return new UUID(memory.get(LONG, at), memory.get(LONG, at + Long.BYTES));
  }

  @Override
  public Mark open(UUID limit, long window, long epoch, long used) {
    Long at;
    synchronized (free) {
      at = free.poll();
    }
    if (at == null) {
      LONGS.setRelease(memory, INCOMPLETE, 1L);
      return Mark.NONE;
    }
    put(memory, at, limit);
    memory.set(LONG, at + WINDOW, window);
    memory.set(LONG, at + EPOCH, epoch);
    memory.set(LONG, at + USED, used);
    LONGS.setRelease(memory, at + TAKEN, 1L);
    return new Slot(at);
  }

  private final class Slot implements Mark {
    private final long at;
    private boolean closed;

    Slot(long at) {
      this.at = at;
    }

    @Override
    public void used(long units) {
      if (!closed) {
        LONGS.setRelease(memory, at + USED, units);
      }
    }

    @Override
    public void close() {
      if (!closed) {
        closed = true;
        LONGS.setRelease(memory, at + TAKEN, 0L);
        synchronized (free) {
          free.add(at);
        }
      }
    }
  }

  /// Everything was given back: nothing is left for whoever comes next.
  void remove() {
    remove(file);
  }

  private static void remove(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      LOG.warn("{} cannot be removed: {}", file, e.toString());
    }
  }

  /// Leaves the file to whoever comes next.
  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      LOG.warn("{} cannot be closed: {}", file, e.toString());
    }
  }
}
