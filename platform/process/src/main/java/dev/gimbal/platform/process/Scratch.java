package dev.gimbal.platform.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The folder that a child works in and that goes with it.
final class Scratch {
  private static final Logger LOG = LoggerFactory.getLogger(Scratch.class);

  private Scratch() {}

  static Path create(String name) {
    try {
      return Files.createTempDirectory("gimbal-" + name + "-");
    } catch (IOException e) {
      throw new UncheckedIOException("cannot make a folder for a child process", e);
    }
  }

  /// Deletes the folder once the process has ended.
  static void delete(Process process, Path folder) {
    CompletableFuture<Process> _ =
        process
            .onExit()
            .whenComplete(
                (_, _) -> {
                  try {
                    delete(folder);
                  } catch (IOException e) {
                    LOG.warn("cannot delete {}", folder, e);
                  }
                });
  }

  static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException failure)
              throws IOException {
            if (failure instanceof NoSuchFileException) {
              return FileVisitResult.CONTINUE;
            }
            throw failure;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException failure)
              throws IOException {
            if (failure != null) {
              throw failure;
            }
            Files.deleteIfExists(visited);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
