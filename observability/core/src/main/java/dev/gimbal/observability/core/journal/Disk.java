package dev.gimbal.observability.core.journal;

import java.io.IOException;
import java.nio.file.Path;

/// Where segments are written; tests put a failing one in its place.
interface Disk {
  /// The file system.
  Disk REAL = MappedFile::create;

  /// Makes an empty file that is there after a power cut; one that an attempt to make it left
  /// behind is emptied.
  AppendFile create(Path path) throws IOException;

  /// A file that grows at its end; behind it may lie zeros until it is closed. One thread at a
  /// time appends and cuts, another one syncs and closes.
  interface AppendFile {
    /// Appends all of it or throws with an unknown part of it appended.
    void append(byte[] bytes, int length) throws IOException;

    /// Brings the file back to a length that it had.
    void cut(long length) throws IOException;

    /// What was appended before is on the disk afterwards.
    void sync() throws IOException;

    void close() throws IOException;
  }
}
