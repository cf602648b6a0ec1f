package dev.gimbal.server.e2e;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What a crash or a careless restore can do to a search index that no server has open.
final class IndexDamage {
  private final Path index;
  private final Path older;
  private final Random random;
  private int turn;
  private int setBack;

  IndexDamage(Path index, Path older, Random random) {
    this.index = index;
    this.older = older;
    this.random = random;
  }

  /// Keeps, sets back, tears or spares the index, in turn; what cannot be done yet keeps its turn.
  ///
  /// @return what was done
  String next() throws IOException {
    Set<String> now = files(index);
    Set<String> then = files(older);
    if (now.isEmpty() || (turn % 4 == 1 && now.equals(then))) {
      return "the index has nothing new and is left alone";
    }
    return switch (turn++ % 4) {
      case 0 -> keep();
      case 1 -> setBack(then.size(), now.size());
      case 2 -> tear(now);
      default -> "the index is left alone";
    };
  }

  /// How often an older index than the last was brought back.
  int setBack() {
    return setBack;
  }

  private String keep() throws IOException {
    delete(older);
    copy(index, older);
    return "the index is kept for later";
  }

  private String setBack(int then, int now) throws IOException {
    delete(index);
    copy(older, index);
    setBack++;
    return "the index is set back: %d files then, %d since".formatted(then, now);
  }

  private static Set<String> files(Path directory) throws IOException {
    return walk(directory).stream()
        .filter(IndexDamage::holdsBytes)
        .map(file -> directory.relativize(file).toString())
        .collect(Collectors.toSet());
  }

  private String tear(Set<String> files) throws IOException {
    List<String> names = files.stream().sorted().toList();
    String name = names.get(random.nextInt(names.size()));
    try (RandomAccessFile torn = new RandomAccessFile(index.resolve(name).toFile(), "rw")) {
      torn.setLength(torn.length() / 2);
    }
    return "torn: " + name;
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
