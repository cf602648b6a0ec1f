package dev.gimbal.observability.core.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reads the journal in order while it is written. For one thread.
public final class JournalReader implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(JournalReader.class);

  private final Segments segments;
  private final LongSupplier written;
  private long position;
  private long damages;
  private @Nullable Current current;

  private record Current(long base, FileChannel channel, FrameWindow window) {}

  JournalReader(Segments segments, LongSupplier written, long position) {
    this.segments = segments;
    this.written = written;
    this.position = position;
  }

  /// Behind the last entry that was read.
  public long position() {
    return position;
  }

  /// How many stretches could not be read since this reader was made.
  public long damages() {
    return damages;
  }

  /// The next entries, in order, until about `mostBytes` of them are read; empty if there is none
  /// yet.
  public List<Entry> read(int mostBytes) throws IOException {
    return read(mostBytes, Long.MAX_VALUE);
  }

  /// The same, but no entry that begins at a place or behind it.
  public List<Entry> read(int mostBytes, long until) throws IOException {
    List<Entry> entries = new ArrayList<>();
    long bytes = 0;
    long end = written.getAsLong();
    while (bytes < mostBytes && position < until) {
      Map.Entry<Long, Path> segment = segments.at(position);
      Long next = segments.after(position);
      if (segment == null) {
        if (next == null) {
          return entries;
        }
        position = next;
        continue;
      }
      Current file = open(segment);
      long stop =
          next == null ? end - file.base() : Math.min(file.channel().size(), next - file.base());
      file.window().end(Math.max(stop, 0));
      ByteBuffer entry = file.window().next();
      if (entry != null) {
        bytes += entry.remaining();
        position = file.base() + file.window().position();
        decode(entry, entries);
      } else if (next != null) {
        reportDamage(file);
        position = next;
      } else {
        if (file.window().damaged()) {
          reportDamage(file);
          position = end;
          file.window().moveTo(end - file.base());
        }
        return entries;
      }
    }
    return entries;
  }

  @Override
  public void close() throws IOException {
    if (current != null) {
      current.channel().close();
      current = null;
    }
  }

  private Current open(Map.Entry<Long, Path> segment) throws IOException {
    Current open = current;
    if (open == null || open.base() != segment.getKey()) {
      close();
      FileChannel channel = FileChannel.open(segment.getValue(), StandardOpenOption.READ);
      open = new Current(segment.getKey(), channel, new FrameWindow(channel, 0));
      open.window().moveTo(position - open.base());
      current = open;
    }
    return open;
  }

  /// What cannot be understood must not stop what comes behind it.
  private void decode(ByteBuffer entry, List<Entry> entries) {
    try {
      entries.add(Codec.read(entry));
    } catch (RuntimeException e) {
      damages++;
      LOG.error("an entry of the journal before {} cannot be understood", position, e);
    }
  }

  private void reportDamage(Current file) {
    if (file.window().damaged()) {
      damages++;
      LOG.error("the journal cannot be read behind {}: skipped to the next segment", position);
    }
  }
}
