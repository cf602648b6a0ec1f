package dev.gimbal.platform.database.backup;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gimbal.platform.database.DatabaseError;
import dev.gimbal.platform.database.DatabaseException;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/// Copies a directory of immutable files with a list of their hashes, in the form that
/// `sha256sum -c` reads.
final class Blobs {
  static final String DIRECTORY = "blobs";
  static final String LIST = "blobs.sha256";

  private Blobs() {}

  /// Where the files of a directory are pinned: beside it, on the same disk.
  static Path pins(Path blobs) {
    return blobs.resolveSibling("." + blobs.getFileName() + "-backup-" + UUID.randomUUID());
  }

  /// Gives every file a second name, under which it stays when the first goes.
  static void pin(Path blobs, Path pins) throws IOException {
    for (Path file : files(blobs)) {
      Path pin = pins.resolve(blobs.relativize(file).toString());
      Files.createDirectories(pin.resolve("..").normalize());
      Files.createLink(pin, file);
    }
  }

  /// Copies all files of a directory, to which nobody else has access, into the backup.
  static Manifest.Blobs save(Path blobs, Path backup) throws IOException {
    long files = 0;
    long bytes = 0;
    Path list = backup.resolve(LIST);
    try (BufferedWriter lines = Files.newBufferedWriter(list, UTF_8)) {
      for (Path file : files(blobs)) {
        String name = blobs.relativize(file).toString();
        Hashing.Copied copied = copy(file, backup.resolve(DIRECTORY).resolve(name));
        lines.write(copied.sha256() + "  " + DIRECTORY + "/" + name + "\n");
        files++;
        bytes += copied.bytes();
      }
    }
    return new Manifest.Blobs(files, bytes, Hashing.of(list));
  }

  private static List<Path> files(Path directory) throws IOException {
    if (!Files.exists(directory)) {
      return List.of();
    }
    try (Stream<Path> all = Files.walk(directory)) {
      return all.filter(Files::isRegularFile).sorted().toList();
    }
  }

  /// Copies the files of a backup back and compares each with its hash.
  static void restore(Path backup, Path blobs) throws IOException {
    try (Stream<String> lines = Files.lines(backup.resolve(LIST), UTF_8)) {
      for (String line : (Iterable<String>) lines::iterator) {
        String hash = line.substring(0, 64);
        Path name = Path.of(line.substring(66));
        Path target = blobs.resolve(Path.of(DIRECTORY).relativize(name)).normalize();
        if (!target.startsWith(blobs)) {
          throw damaged(name + " lies outside of the backup");
        }
        if (!copy(backup.resolve(name), target).sha256().equals(hash)) {
          throw damaged(name + " was changed");
        }
      }
    }
  }

  static boolean empty(Path blobs) throws IOException {
    return files(blobs).isEmpty();
  }

  static DatabaseException damaged(String what) {
    return new DatabaseException(
        DatabaseError.BACKUP_DAMAGED, "This backup cannot be used: " + what + ".", null);
  }

  private static Hashing.Copied copy(Path from, Path to) throws IOException {
    Files.createDirectories(to.resolve("..").normalize());
    try (InputStream input = Files.newInputStream(from);
        Hashing output = new Hashing(to)) {
      input.transferTo((OutputStream) output);
      return output.finish();
    }
  }
}
