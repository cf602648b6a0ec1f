package dev.gimbal.platform.http;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A multipart form that was read: its fields, and its files on disk. Closing it removes them.
final class Form implements AutoCloseable {
  static final Form NONE = new Form(null);

  private final @Nullable UploadSpace space;
  private final Map<String, String> fields = new LinkedHashMap<>();
  private final List<Upload> files = new ArrayList<>();
  private final List<Path> paths = new ArrayList<>();
  private long held;

  Form(@Nullable UploadSpace space) {
    this.space = space;
  }

  Map<String, String> fields() {
    return fields;
  }

  List<Upload> files() {
    return files;
  }

  void field(String name, String value) {
    fields.put(name, value);
  }

  void file(Upload upload) {
    files.add(upload);
  }

  /// The file is removed when the form is closed, however far reading it came.
  void owns(Path path) {
    paths.add(path);
  }

  void holds(long bytes) {
    held += bytes;
  }

  @Override
  public void close() throws IOException {
    IOException failure = null;
    for (Path path : paths) {
      try {
        Files.deleteIfExists(path);
      } catch (IOException e) {
        failure = e;
      }
    }
    if (space != null) {
      space.give(held);
      held = 0;
    }
    if (failure != null) {
      throw failure;
    }
  }
}
