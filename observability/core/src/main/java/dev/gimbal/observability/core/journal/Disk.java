package dev.gimbal.observability.core.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// Where segments are written; tests put a failing one in its place.
interface Disk {
  /// The file system.
  Disk REAL = RealFile::create;

  /// Makes an empty file that is there after a power cut; one that an attempt to make it left
  /// behind is emptied.
  AppendFile create(Path path) throws IOException;

  /// A file that grows at its end. One thread appends and cuts, one syncs and closes.
  interface AppendFile {
    /// Appends all of it or throws with an unknown part of it appended.
    void append(byte[] bytes, int length) throws IOException;

    /// Brings the file back to a length that it had.
    void cut(long length) throws IOException;

    /// What was appended before is on the disk afterwards.
    void sync() throws IOException;

    void close() throws IOException;
  }

  /// A file behind a channel.
  final class RealFile implements AppendFile {
    private final FileChannel channel;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(128 * 1024);

    private RealFile(FileChannel channel) {
      this.channel = channel;
    }

    static RealFile create(Path path) throws IOException {
      FileChannel channel =
          FileChannel.open(
              path,
              StandardOpenOption.CREATE,
              StandardOpenOption.TRUNCATE_EXISTING,
              StandardOpenOption.WRITE);
      syncDirectory(path);
      return new RealFile(channel);
    }

    @Override
    public void append(byte[] bytes, int length) throws IOException {
      int at = 0;
      while (at < length) {
        int part = Math.min(buffer.capacity(), length - at);
        buffer.clear().put(bytes, at, part).flip();
        while (buffer.hasRemaining()) {
          channel.write(buffer);
        }
        at += part;
      }
    }

    @Override
    public void cut(long length) throws IOException {
      channel.truncate(length);
      channel.position(length);
    }

    @Override
    public void sync() throws IOException {
      channel.force(false);
    }

    @Override
    public void close() throws IOException {
      channel.close();
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
}
