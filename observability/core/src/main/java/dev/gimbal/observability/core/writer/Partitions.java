package dev.gimbal.observability.core.writer;

import dev.gimbal.platform.ids.TimeOrderedIds;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One partition a day (UTC) of each table, found by the time in the row's id. An id from outside
/// the days that are kept (made up, or by a clock that is wrong) goes to the default partition: no
/// row is ever without a place. For one thread.
final class Partitions {
  private static final Logger LOG = LoggerFactory.getLogger(Partitions.class);
  private static final DateTimeFormatter DAY = DateTimeFormatter.BASIC_ISO_DATE;
  private static final int AHEAD_DAYS = 3;

  private final Clock clock;
  private final List<Table> tables;

  /// Days that have a partition, or could not get one and use the default partition.
  private final Set<LocalDate> ready = new HashSet<>();

  private record Table(String name, Duration kept) {}

  Partitions(Clock clock, Retained retained) {
    this.clock = clock;
    this.tables =
        List.of(
            new Table("call", retained.calls()),
            new Table("span", retained.spans()),
            new Table("content", retained.contents()));
  }

  Instant now() {
    return clock.instant();
  }

  LocalDate today() {
    return LocalDate.ofInstant(now(), ZoneOffset.UTC);
  }

  /// The first day whose calls are kept on a day.
  LocalDate firstOfCalls(LocalDate today) {
    return today.minusDays(tables.getFirst().kept().toDays());
  }

  /// Makes the partitions of the coming days.
  void makeAhead(Handle handle) {
    for (int ahead = 0; ahead <= AHEAD_DAYS; ahead++) {
      make(handle, today().plusDays(ahead));
    }
  }

  /// Makes the partition that an id needs, if it is not there.
  void make(Handle handle, UUID id) {
    LocalDate day = LocalDate.ofInstant(TimeOrderedIds.timeOf(id), ZoneOffset.UTC);
    LocalDate today = today();
    boolean kept =
        day.isAfter(today.minusDays(tables.getFirst().kept().toDays()))
            && !day.isAfter(today.plusDays(AHEAD_DAYS));
    if (kept && !ready.contains(day)) {
      make(handle, day);
    }
  }

  /// Forgets what it knows: after a rollback, or when somebody else may have changed it.
  void forget() {
    ready.clear();
  }

  /// Drops the partitions whose last day is over for as long as their rows are kept, and what the
  /// default partition holds from that time. Returns how many partitions went.
  ///
  /// @param today by which they are past their time
  int dropOld(Handle handle, LocalDate today) {
    int dropped = 0;
    for (Table table : tables) {
      LocalDate first = today.minusDays(table.kept().toDays());
      for (String partition : partitions(handle, table)) {
        if (dayOf(partition).filter(day -> day.isBefore(first)).isPresent()) {
          handle.execute("DROP TABLE observability." + partition);
          LOG.info("dropped {}: its rows were kept for {}", partition, table.kept());
          dropped++;
        }
      }
      handle
          .createUpdate("DELETE FROM observability." + table.name() + "_default WHERE id < :first")
          .bind("first", floor(first))
          .execute();
    }
    forget();
    return dropped;
  }

  private void make(Handle handle, LocalDate day) {
    for (Table table : tables) {
      String partition = table.name() + "_" + DAY.format(day);
      String sql =
          "CREATE TABLE IF NOT EXISTS observability.%s PARTITION OF observability.%s FOR VALUES FROM ('%s') TO ('%s')"
              .formatted(partition, table.name(), floor(day), floor(day.plusDays(1)));
      handle.savepoint("partition");
      try {
        handle.execute(sql);
        handle.releaseSavepoint("partition");
      } catch (JdbiException e) {
        // Two nodes at once, or rows of that day that went to the default partition before.
        handle.rollbackToSavepoint("partition");
        LOG.warn("no partition {}, its rows go to the default one: {}", partition, e.getMessage());
      }
    }
    ready.add(day);
  }

  private static List<String> partitions(Handle handle, Table table) {
    return handle
        .createQuery(
            """
            SELECT child.relname FROM pg_inherits
            JOIN pg_class child ON child.oid = inhrelid
            WHERE inhparent = CAST(:parent AS regclass)
            """)
        .bind("parent", "observability." + table.name())
        .mapTo(String.class)
        .list();
  }

  private static Optional<LocalDate> dayOf(String partition) {
    String day = partition.substring(partition.lastIndexOf('_') + 1);
    return day.equals("default") ? Optional.empty() : Optional.of(LocalDate.parse(day, DAY));
  }

  private static UUID floor(LocalDate day) {
    return TimeOrderedIds.floor(day.atStartOfDay(ZoneOffset.UTC).toInstant());
  }
}
