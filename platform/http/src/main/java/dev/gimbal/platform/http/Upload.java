package dev.gimbal.platform.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// A file of a form, on disk until the request ends.
record Upload(String field, String fileName, String contentType, long bytes, Path path)
    implements Request.Upload {

  @Override
  public InputStream open() {
    try {
      return Files.newInputStream(path);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot open an upload", e);
    }
  }
}
