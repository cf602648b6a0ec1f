package dev.gimbal.server.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// PostgreSQL's programs, unpacked by the first server of the tests and lent to the others: every
/// test has a data directory of its own, and unpacking takes a third of a first start. The server
/// judges what it finds there as ever, and `gimbal up --detach` in [LifecycleEndToEndIT] still
/// starts on nothing.
final class UnpackedPrograms {
  private static final Path PLACE = Path.of("target/unpacked-programs");

  private UnpackedPrograms() {}

  /// Puts them into a data directory that has none.
  static void lend(Path data) throws IOException {
    Optional<Path> kept = programs(PLACE);
    if (kept.isPresent() && programs(data).isEmpty()) {
      copy(kept.get(), data);
    }
  }

  /// Keeps those of a data directory, if it has any and none are kept.
  static void keep(Path data) throws IOException {
    Optional<Path> unpacked = programs(data);
    if (unpacked.isPresent() && !Files.exists(PLACE.resolve(unpacked.get().getFileName()))) {
      Files.createDirectories(PLACE);
      copy(unpacked.get(), PLACE);
    }
  }

  private static Optional<Path> programs(Path parent) throws IOException {
    if (!Files.exists(parent)) {
      return Optional.empty();
    }
    try (Stream<Path> below = Files.list(parent)) {
      return below
          .filter(path -> path.getFileName().toString().matches("postgres-[0-9.]+"))
          .findFirst();
    }
  }

  private static void copy(Path from, Path into) throws IOException {
    List<Path> all;
    try (Stream<Path> walk = Files.walk(from)) {
      all = walk.toList();
    }
    for (Path path : all) {
      Files.copy(
          path,
          into.resolve(from.getFileName()).resolve(from.relativize(path)),
          StandardCopyOption.COPY_ATTRIBUTES,
          LinkOption.NOFOLLOW_LINKS);
    }
  }
}
