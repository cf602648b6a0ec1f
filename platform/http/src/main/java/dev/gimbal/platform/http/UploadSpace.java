package dev.gimbal.platform.http;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;

/// The folder where uploads in flight lie, and how much may lie there. Thread-safe.
final class UploadSpace {
  private static final String PREFIX = "upload-";

  /// Uploads leave this much of the disk to the database and the journal.
  private static final long SPARE_BYTES = 256L << 20;

  private final Path directory;
  private final ByteBudget budget;

  UploadSpace(Path directory, long bytesInFlight) {
    this.directory = directory;
    this.budget = new ByteBudget(bytesInFlight);
  }

  /// Makes the folder and removes what a killed process left there.
  void prepare() throws IOException {
    Files.createDirectories(directory);
    clear();
  }

  void clear() throws IOException {
    if (!Files.isDirectory(directory)) {
      return;
    }
    try (DirectoryStream<Path> left = Files.newDirectoryStream(directory, PREFIX + "*")) {
      for (Path file : left) {
        Files.deleteIfExists(file);
      }
    }
  }

  Path create() throws IOException {
    return Files.createTempFile(directory, PREFIX, "");
  }

  /// Takes some bytes of the shared limit.
  ///
  /// @throws HttpException [HttpError#SERVER_BUSY] if they are not there
  void take(long bytes) throws IOException {
    if (!budget.take(bytes)) {
      throw new HttpException(
          HttpError.SERVER_BUSY, "too many uploads are in flight; try again later");
    }
    FileStore store = Files.getFileStore(directory);
    if (store.getUsableSpace() < SPARE_BYTES) {
      budget.give(bytes);
      throw new HttpException(HttpError.SERVER_BUSY, "the disk for uploads is almost full");
    }
  }

  void give(long bytes) {
    budget.give(bytes);
  }

  long held() {
    return budget.held();
  }
}
