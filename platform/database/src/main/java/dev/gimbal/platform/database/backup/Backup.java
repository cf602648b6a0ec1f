package dev.gimbal.platform.database.backup;

import dev.gimbal.platform.database.Database;
import dev.gimbal.platform.database.DatabaseError;
import dev.gimbal.platform.database.DatabaseException;
import dev.gimbal.platform.errors.FileFailure;
import dev.gimbal.platform.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.jdbi.v3.core.Handle;
import org.postgresql.PGConnection;

/// Writes a backup of all rooms while they work on: the tables as of one instant, and the files
/// that they name. A backup is a directory of its own that is there whole or not at all, readable
/// by its owner only, and restorable into any PostgreSQL from version 15 on.
///
/// The change log is not part of it: a restored database is another one, and whoever followed the
/// old one's log is told to read everything again.
public final class Backup {
  static final String MANIFEST = "manifest.json";
  static final String KEY = "master.key";

  private Backup() {}

  /// @param target must not exist yet, or be an empty directory
  /// @param clock dates the backup
  /// @throws DatabaseException `DATABASE_NOT_EMPTY` if the target is not empty, `DATABASE_FULL`,
  ///     `DATABASE_UNAVAILABLE`
  public static Manifest write(Database database, BackupFiles files, Path target, Clock clock) {
    try {
      refuseOccupied(target);
      Path part = target.resolveSibling(target.getFileName() + ".part");
      Trees.delete(part);
      Files.createDirectories(
          part.resolve("tables"),
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      boolean done = false;
      try {
        Manifest manifest = save(database, files, part, clock);
        try (Hashing output = new Hashing(part.resolve(MANIFEST))) {
          output.write(Json.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsBytes(manifest));
          output.finish();
        }
        Files.deleteIfExists(target);
        Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
        done = true;
        return manifest;
      } finally {
        if (!done) {
          Trees.delete(part); // or a full disk stays full
        }
      }
    } catch (IOException e) {
      throw failure("cannot write the backup " + target, e);
    } catch (UncheckedIOException e) {
      throw failure("cannot write the backup " + target, Objects.requireNonNull(e.getCause()));
    }
  }

  private static void refuseOccupied(Path target) throws IOException {
    if (Files.exists(target)) {
      try (Stream<Path> there = Files.list(target)) {
        if (there.findAny().isPresent()) {
          throw new DatabaseException(
              DatabaseError.DATABASE_NOT_EMPTY,
              "There is something in " + target + " already; name a new directory.",
              null);
        }
      }
    }
  }

  /// The blobs are pinned at the instant of the snapshot, while nobody may remove one: later they
  /// may go, and the rows that name them are still copied.
  private static Manifest save(Database database, BackupFiles files, Path part, Clock clock)
      throws IOException {
    Optional<Path> blobs = files.blobs();
    Path pins = blobs.map(Blobs::pins).orElse(part.resolve("no blobs"));
    try {
      Manifest tables =
          database.asOwner(
              handle -> {
                handle.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY");
                handle.execute("SET LOCAL statement_timeout = 0");
                handle.execute("SET LOCAL idle_in_transaction_session_timeout = 0");
                blobs.ifPresent(from -> pin(database, handle, from, pins));
                return saveTables(handle, part, clock);
              });
      return saveFiles(tables, files, pins, part);
    } finally {
      Trees.delete(pins);
    }
  }

  private static void pin(Database database, Handle snapshot, Path blobs, Path pins) {
    database.asOwner(
        gate -> {
          BackupGate.close(gate);
          snapshot.execute("SELECT pg_current_snapshot()");
          try {
            Blobs.pin(blobs, pins);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
          return true;
        });
  }

  private static Manifest saveTables(Handle handle, Path part, Clock clock) {
    Catalog catalog = new Catalog(handle);
    List<Manifest.Room> rooms = catalog.rooms();
    List<Manifest.Table> tables = new ArrayList<>();
    for (Catalog.TableColumns table : catalog.tables(rooms)) {
      tables.add(saveTable(handle, table, part));
    }
    return new Manifest(
        Manifest.FORMAT,
        clock.instant(),
        catalog.major(),
        false,
        rooms,
        catalog.partitions(rooms),
        tables,
        catalog.sequences(rooms),
        new Manifest.Blobs(0, 0, ""));
  }

  private static Manifest.Table saveTable(Handle handle, Catalog.TableColumns table, Path part) {
    String file = "tables/" + table.name().replaceAll("[^a-z0-9_.]", "-") + ".gz";
    try (Hashing output = new Hashing(part.resolve(file));
        GZIPOutputStream gzip = new GZIPOutputStream(output, 1 << 16)) {
      long rows =
          handle
              .getConnection()
              .unwrap(PGConnection.class)
              .getCopyAPI()
              .copyOut(
                  "COPY (SELECT " + table.columns() + " FROM " + table.name() + ") TO STDOUT",
                  gzip);
      gzip.finish();
      return new Manifest.Table(
          table.name(), table.columns(), rows, file, output.finish().sha256());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (SQLException e) {
      throw new DatabaseException(
          DatabaseError.DATABASE_UNAVAILABLE, "cannot read " + table.name(), e);
    }
  }

  private static Manifest saveFiles(Manifest tables, BackupFiles files, Path pins, Path part)
      throws IOException {
    Manifest.Blobs saved = Blobs.save(pins, part);
    Optional<Path> key = files.masterKey().filter(Files::exists);
    if (key.isPresent()) {
      Files.copy(key.get(), part.resolve(KEY));
    }
    return new Manifest(
        tables.format(),
        tables.created(),
        tables.postgres(),
        key.isPresent(),
        tables.rooms(),
        tables.partitions(),
        tables.tables(),
        tables.sequences(),
        saved);
  }

  static DatabaseException failure(String what, IOException cause) {
    String message = what + ": " + FileFailure.reason(cause);
    return new DatabaseException(
        message.contains("No space left on device")
            ? DatabaseError.DATABASE_FULL
            : DatabaseError.DATABASE_UNAVAILABLE,
        message,
        cause);
  }
}
