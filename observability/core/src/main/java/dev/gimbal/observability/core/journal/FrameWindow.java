package dev.gimbal.observability.core.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import org.jspecify.annotations.Nullable;

/// Walks the frames of one file up to an end that may move on. For one thread.
final class FrameWindow {
  private static final int FIRST = 256 * 1024;

  private final FileChannel channel;
  private ByteBuffer buffer = ByteBuffer.allocate(FIRST).limit(0);
  private long end;
  private long filled;
  private long position;
  private boolean damaged;

  FrameWindow(FileChannel channel, long end) {
    this.channel = channel;
    this.end = end;
  }

  void moveTo(long place) {
    position = place;
    filled = place;
    buffer.limit(0);
  }

  void end(long newEnd) {
    end = newEnd;
  }

  /// Behind the last whole frame that was walked.
  long position() {
    return position;
  }

  /// Whether what follows is no frame, as far as one can see before the end.
  boolean damaged() {
    return damaged;
  }

  /// The next entry's bytes, valid until the next call; null if none lies whole before the end.
  @Nullable ByteBuffer next() throws IOException {
    while (true) {
      int length = Frame.length(buffer);
      if (length >= 0) {
        ByteBuffer entry = buffer.slice(buffer.position() + Frame.HEADER, length);
        buffer.position(buffer.position() + Frame.HEADER + length);
        position += Frame.HEADER + length;
        return entry;
      }
      if (length == Frame.DAMAGED || !fill()) {
        damaged = position < end;
        return null;
      }
    }
  }

  private boolean fill() throws IOException {
    if (filled >= end) {
      return false;
    }
    if (buffer.position() == 0 && buffer.limit() == buffer.capacity()) {
      buffer = ByteBuffer.allocate(buffer.capacity() * 2).put(buffer).flip();
    }
    buffer.compact();
    int room = (int) Math.min(buffer.remaining(), end - filled);
    buffer.limit(buffer.position() + room);
    int read = channel.read(buffer, filled);
    if (read > 0) {
      filled += read;
    }
    buffer.flip();
    return read > 0;
  }
}
