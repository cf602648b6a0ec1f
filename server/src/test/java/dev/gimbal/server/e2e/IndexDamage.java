package dev.gimbal.server.e2e;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/// What a crash or a careless restore can do to a search index that no server has open.
final class IndexDamage {
  private final Path index;
  private final Path older;
  private final Random random;

  IndexDamage(Path index, Path older, Random random) {
    this.index = index;
    this.older = older;
    this.random = random;
  }

  /// Keeps the index as it is, to bring back later.
  void keep() throws IOException {
    delete(older);
    copy(index, older);
  }

  /// Brings back the index that was kept.
  void lag() throws IOException {
    if (Files.exists(older)) {
      delete(index);
      copy(older, index);
    }
  }

  /// Cuts one of its files in half.
  String tear() throws IOException {
    List<Path> files = walk(index).stream().filter(IndexDamage::holdsBytes).sorted().toList();
    if (files.isEmpty()) {
      return "nothing";
    }
    Path file = files.get(random.nextInt(files.size()));
    try (RandomAccessFile torn = new RandomAccessFile(file.toFile(), "rw")) {
      torn.setLength(torn.length() / 2);
    }
    return index.relativize(file).toString();
  }

  private static boolean holdsBytes(Path file) {
    return Files.isRegularFile(file) && file.toFile().length() > 1;
  }

  private static void copy(Path from, Path to) throws IOException {
    for (Path path : walk(from)) {
      Path target = to.resolve(from.relativize(path).toString());
      if (Files.isDirectory(path)) {
        Files.createDirectories(target);
      } else {
        Files.copy(path, target);
      }
    }
  }

  private static void delete(Path directory) throws IOException {
    for (Path path : walk(directory).reversed()) {
      Files.delete(path);
    }
  }

  /// Parents before what is in them.
  private static List<Path> walk(Path directory) throws IOException {
    if (!Files.exists(directory)) {
      return List.of();
    }
    try (Stream<Path> paths = Files.walk(directory)) {
      return paths.toList();
    }
  }
}
