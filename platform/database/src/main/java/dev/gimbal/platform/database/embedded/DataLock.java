package dev.gimbal.platform.database.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gimbal.platform.database.DatabaseError;
import dev.gimbal.platform.database.DatabaseException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// One server a data directory. The kernel drops the lock when this process ends, however it does.
final class DataLock implements AutoCloseable {
  /// Closing any channel to a file drops all locks that the process has on it, so a directory that
  /// this process holds must not be opened a second time.
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  private final Path file;
  private final FileChannel channel;

  private DataLock(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /// Takes the lock of a data directory, which exists.
  ///
  /// @throws DatabaseException `DATABASE_LOCKED` if a server has it
  static DataLock take(Path directory) {
    try {
      Path file = directory.toRealPath().resolve("lock");
      if (!HELD.add(file)) {
        throw locked(directory, Long.toString(ProcessHandle.current().pid()));
      }
      boolean taken = false;
      try {
        DataLock lock = open(directory, file);
        taken = true;
        return lock;
      } finally {
        if (!taken) {
          HELD.remove(file);
        }
      }
    } catch (IOException e) {
      throw Failure.of("cannot write to the data directory " + directory, e);
    }
  }

  private static DataLock open(Path directory, Path file) throws IOException {
    FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    @Nullable FileLock lock = channel.tryLock();
    if (lock == null) {
      String holder = Files.readString(file).strip();
      channel.close();
      throw locked(directory, holder);
    }
    channel.truncate(0);
    channel.write(ByteBuffer.wrap((ProcessHandle.current().pid() + "\n").getBytes(UTF_8)), 0);
    return new DataLock(file, channel);
  }

  private static DatabaseException locked(Path directory, String holder) {
    return new DatabaseException(
        DatabaseError.DATABASE_LOCKED,
        "The data directory "
            + directory
            + " is in use by process "
            + holder
            + "; stop that server first or choose another directory.",
        null);
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw Failure.of("cannot release " + file, e);
    } finally {
      HELD.remove(file);
    }
  }
}
