package dev.gimbal.platform.database.backup;

import java.time.Instant;
import java.util.List;

/// What a backup holds: its file `manifest.json`, written last.
///
/// @param format of the backup, 1
/// @param created when its snapshot was taken
/// @param postgres major version that it was taken from
/// @param masterKey whether it carries the key that stored secrets are encrypted with; without it
///     they are lost unless you keep the key elsewhere, with it the backup must be kept as secret
/// @param rooms with the version of each one's schema
/// @param partitions to make before the rows come in, parents first
/// @param tables in an order in which foreign keys hold
/// @param sequences with where they stood
/// @param blobs what `blobs.sha256` lists
public record Manifest(
    int format,
    Instant created,
    int postgres,
    boolean masterKey,
    List<Room> rooms,
    List<Partition> partitions,
    List<Table> tables,
    List<Sequence> sequences,
    Blobs blobs) {

  /// The only format so far.
  static final int FORMAT = 1;

  public Manifest {
    rooms = List.copyOf(rooms);
    partitions = List.copyOf(partitions);
    tables = List.copyOf(tables);
    sequences = List.copyOf(sequences);
  }

  /// A room's schema.
  public record Room(String name, String version) {}

  /// A partition that was made while running.
  ///
  /// @param parent quoted name of the table it is part of
  /// @param name its own quoted name
  /// @param bound as in `FOR VALUES FROM (...) TO (...)`
  /// @param by its own partition key; empty for one that holds rows itself
  public record Partition(String parent, String name, String bound, String by) {}

  /// A table's rows.
  ///
  /// @param name quoted, with its schema
  /// @param columns quoted, with commas between them
  /// @param file below the backup, gzip of PostgreSQL's text format
  /// @param sha256 of the file
  public record Table(String name, String columns, long rows, String file, String sha256) {}

  /// A sequence.
  ///
  /// @param name quoted, with its schema
  public record Sequence(String name, long value, boolean called) {}

  /// Files that the database only names.
  ///
  /// @param sha256 of the list of them
  public record Blobs(long files, long bytes, String sha256) {}
}
