package dev.gimbal.platform.database.backup;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gimbal.platform.database.Database;
import dev.gimbal.platform.database.DatabaseError;
import dev.gimbal.platform.database.DatabaseException;
import dev.gimbal.platform.json.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;
import org.jdbi.v3.core.Handle;
import org.postgresql.PGConnection;

/// Restores a backup into an empty database, embedded or external, of any supported version. All
/// rows come in by one transaction, after every file was found whole; what fails leaves the
/// database empty again.
public final class Restore {
  private Restore() {}

  /// @param files where blobs and, if the backup carries it, the master key go
  /// @param backup the directory
  /// @throws DatabaseException `BACKUP_DAMAGED`, `DATABASE_NOT_EMPTY` if the database holds one of
  ///     the rooms or there are blobs, `DATABASE_VERSION_UNSUPPORTED` if a newer Gimbal wrote the
  ///     backup, `DATABASE_FULL`
  public static Manifest into(Database database, BackupFiles files, Path backup) {
    try {
      Manifest manifest = checked(backup);
      refuseOccupied(database, files, manifest);
      boolean done = false;
      try {
        manifest.rooms().forEach(room -> database.migrate(room.name(), room.version()));
        restoreFiles(manifest, files, backup);
        database.asOwner(
            handle -> {
              restoreTables(handle, manifest, backup);
              return true;
            });
        done = true;
        return manifest;
      } finally {
        if (!done) {
          // Who was interrupted leaves nothing half-done all the same.
          boolean interrupted = Thread.interrupted();
          empty(database, manifest);
          if (interrupted) {
            Thread.currentThread().interrupt();
          }
        }
      }
    } catch (IOException e) {
      throw Backup.failure("cannot restore the backup " + backup, e);
    } catch (UncheckedIOException e) {
      throw Backup.failure(
          "cannot restore the backup " + backup, Objects.requireNonNull(e.getCause()));
    }
  }

  private static Manifest checked(Path backup) throws IOException {
    Path file = backup.resolve(Backup.MANIFEST);
    if (!Files.exists(file)) {
      throw Blobs.damaged("there is no manifest in " + backup);
    }
    Manifest manifest;
    try {
      manifest = Json.read(Files.readString(file, UTF_8), Manifest.class);
    } catch (IllegalArgumentException e) {
      throw new DatabaseException(
          DatabaseError.BACKUP_DAMAGED, "This backup's manifest cannot be read.", e);
    }
    if (manifest.format() != Manifest.FORMAT) {
      throw Blobs.damaged("its format is " + manifest.format() + ", we know " + Manifest.FORMAT);
    }
    for (Manifest.Table table : manifest.tables()) {
      check(backup, table.file(), table.sha256());
    }
    check(backup, Blobs.LIST, manifest.blobs().sha256());
    return manifest;
  }

  private static void check(Path backup, String name, String hash) throws IOException {
    Path file = backup.resolve(name).normalize();
    if (!file.startsWith(backup.normalize()) || !Files.exists(file)) {
      throw Blobs.damaged(name + " is missing");
    }
    if (!Hashing.of(file).equals(hash)) {
      throw Blobs.damaged(name + " was changed");
    }
  }

  private static void refuseOccupied(Database database, BackupFiles files, Manifest manifest)
      throws IOException {
    List<String> present =
        database.asOwner(handle -> new Catalog(handle).present(manifest.rooms()));
    boolean blobs = files.blobs().isPresent() && !Blobs.empty(files.blobs().get());
    if (!present.isEmpty() || blobs) {
      throw new DatabaseException(
          DatabaseError.DATABASE_NOT_EMPTY,
          present.isEmpty()
              ? "There are blobs already; restore into an empty data directory."
              : "The database holds "
                  + String.join(", ", present)
                  + " already; restore into an empty one.",
          null);
    }
  }

  private static void restoreFiles(Manifest manifest, BackupFiles files, Path backup)
      throws IOException {
    if (files.blobs().isPresent()) {
      Files.createDirectories(files.blobs().get());
      Blobs.restore(backup, files.blobs().get());
    }
    if (manifest.masterKey() && files.masterKey().isPresent()) {
      Files.copy(backup.resolve(Backup.KEY), files.masterKey().get());
    }
  }

  private static void restoreTables(Handle handle, Manifest manifest, Path backup) {
    handle.execute("SET LOCAL statement_timeout = 0");
    handle.execute("SET LOCAL idle_in_transaction_session_timeout = 0");
    manifest.partitions().forEach(partition -> makePartition(handle, partition));
    List<String> names = manifest.tables().stream().map(Manifest.Table::name).toList();
    if (!names.isEmpty()) {
      // Rows that a migration puts in are among those of the backup.
      handle.execute("TRUNCATE " + names.stream().collect(Collectors.joining(", ")));
    }
    for (Manifest.Table table : manifest.tables()) {
      handle.execute("ALTER TABLE " + table.name() + " DISABLE TRIGGER USER");
      restoreTable(handle, table, backup);
      handle.execute("ALTER TABLE " + table.name() + " ENABLE TRIGGER USER");
    }
    for (Manifest.Sequence sequence : manifest.sequences()) {
      handle
          .createQuery("SELECT setval(CAST(:name AS regclass), :value, :called)")
          .bind("name", sequence.name())
          .bind("value", sequence.value())
          .bind("called", sequence.called())
          .mapTo(Long.class)
          .one();
    }
    // Whoever followed a change log, even from its start, must read everything again.
    handle.execute("UPDATE gimbal.change_floor SET xid = pg_current_xact_id(), seq = 0");
  }

  private static void makePartition(Handle handle, Manifest.Partition partition) {
    handle.execute(
        "CREATE TABLE IF NOT EXISTS "
            + partition.name()
            + " PARTITION OF "
            + partition.parent()
            + " "
            + partition.bound()
            + (partition.by().isEmpty() ? "" : " PARTITION BY " + partition.by()));
  }

  private static void restoreTable(Handle handle, Manifest.Table table, Path backup) {
    try (InputStream rows =
        new GZIPInputStream(Files.newInputStream(backup.resolve(table.file())), 1 << 16)) {
      long count =
          handle
              .getConnection()
              .unwrap(PGConnection.class)
              .getCopyAPI()
              .copyIn("COPY " + table.name() + " (" + table.columns() + ") FROM STDIN", rows);
      if (count != table.rows()) {
        throw Blobs.damaged(table.name() + " has " + count + " rows instead of " + table.rows());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (SQLException e) {
      throw new DatabaseException(
          "53100".equals(e.getSQLState())
              ? DatabaseError.DATABASE_FULL
              : DatabaseError.BACKUP_DAMAGED,
          "The rows of " + table.name() + " could not be written.",
          e);
    }
  }

  private static void empty(Database database, Manifest manifest) {
    database.asOwner(
        handle -> {
          for (Manifest.Room room : manifest.rooms()) {
            handle.execute("DROP SCHEMA IF EXISTS " + '"' + room.name() + '"' + " CASCADE");
          }
          return true;
        });
  }
}
