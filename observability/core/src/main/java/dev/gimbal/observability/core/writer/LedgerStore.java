package dev.gimbal.observability.core.writer;

import dev.gimbal.observability.api.CallOpened;
import dev.gimbal.observability.core.journal.Codec;
import dev.gimbal.observability.core.journal.Entry;
import dev.gimbal.platform.database.Database;
import java.nio.ByteBuffer;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The writer's statements. For one thread.
final class LedgerStore {
  private static final Logger LOG = LoggerFactory.getLogger(LedgerStore.class);

  /// A journal that nobody has written for so long is of a node that is gone for good.
  private static final Duration GONE = Duration.ofDays(7);

  private final Database database;
  private final Partitions partitions;
  private final UUID journal;
  private final AtomicLong rejected = new AtomicLong();

  /// Where the database stands in the journal.
  record State(long place, Map<UUID, CallOpened> open) {}

  LedgerStore(Database database, Partitions partitions, UUID journal) {
    this.database = database;
    this.partitions = partitions;
    this.journal = journal;
  }

  /// Rows that the database refused for what they hold.
  long rejected() {
    return rejected.get();
  }

  State load() {
    partitions.forget();
    return database.asOwner(
        handle -> {
          handle
              .createUpdate(
                  """
                  INSERT INTO observability.journal (id, place) VALUES (:journal, 0)
                  ON CONFLICT (id) DO NOTHING
                  """)
              .bind("journal", journal)
              .execute();
          return new State(place(handle), open(handle));
        });
  }

  /// Everything that a stretch of the journal changes, and that it was written, in one transaction.
  ///
  /// @throws StaleException if the database stands elsewhere in the journal than at `from`
  void commit(Batch batch, long from, long to) {
    try {
      database.asOwner(handle -> write(handle, batch, from, to, this::copyAll));
    } catch (RuntimeException e) {
      partitions.forget();
      if (!refusesData(e)) {
        throw e;
      }
      LOG.error("a row of the ledger was refused; the batch is written row by row", e);
      database.asOwner(handle -> write(handle, batch, from, to, this::copyEach));
    }
  }

  int retain() {
    return database.asOwner(
        handle -> {
          // Dropping a partition locks the table; whoever reads it for long must not hold up
          // others.
          handle.execute("SET LOCAL lock_timeout = '3s'");
          partitions.makeAhead(handle);
          Instant believed = believed(handle);
          LocalDate today = LocalDate.ofInstant(believed, ZoneOffset.UTC);
          HourlyCosts lost = loseWhatNobodySettles(handle, believed);
          int dropped = partitions.dropOld(handle, today);
          // Behind the partitions: who writes calls locks those first as well.
          sum(handle, lost);
          HourlyCosts.drop(handle, partitions.firstOfCalls(today));
          return dropped;
        });
  }

  /// The time by which evidence is past its own. Of this node's clock and the database's the one
  /// that is behind counts, and neither may leap.
  private Instant believed(Handle handle) {
    Instant database =
        handle.createQuery("SELECT now()").mapTo(OffsetDateTime.class).one().toInstant();
    Instant own = partitions.now();
    Instant now = own.isBefore(database) ? own : database;
    RetentionTime time =
        handle
            .createQuery("SELECT believed, doubted FROM observability.retention FOR UPDATE")
            .map(
                (row, context) ->
                    new RetentionTime(row.getTimestamp("believed").toInstant(), doubted(row)))
            .findOne()
            .map(before -> before.at(now))
            .orElseGet(() -> RetentionTime.first(now));
    handle
        .createUpdate(
            """
            INSERT INTO observability.retention (believed, doubted) VALUES (:believed, :doubted)
            ON CONFLICT (one) DO UPDATE SET
              believed = excluded.believed, doubted = excluded.doubted
            """)
        .bind("believed", time.believed())
        .bind("doubted", time.doubted())
        .execute();
    if (time.doubts()) {
      LOG.warn(
          "the clock says {}, days after {}: until it has said so for {} hours nothing is dropped"
              + " for its age",
          now,
          time.believed(),
          RetentionTime.PATIENCE.toHours());
    }
    return time.believed();
  }

  private static @Nullable Instant doubted(ResultSet row) throws SQLException {
    Timestamp doubted = row.getTimestamp("doubted");
    return doubted == null ? null : doubted.toInstant();
  }

  /// Calls of a journal that nobody writes any more, its node being gone for good, end as unknown.
  /// Should it come back after all, it finds nothing open and its ends are ignored: one row still.
  private HourlyCosts loseWhatNobodySettles(Handle handle, Instant believed) {
    Map<UUID, CallOpened> lost = new LinkedHashMap<>();
    handle
        .createQuery(
            """
            DELETE FROM observability.opened o USING observability.journal j
            WHERE j.id = o.journal AND j.id <> :journal AND j.changed < :before
            RETURNING o.entry
            """)
        .bind("journal", journal)
        .bind("before", believed.minus(GONE))
        .mapTo(byte[].class)
        .list()
        .forEach(
            entry -> {
              if (Codec.read(ByteBuffer.wrap(entry)) instanceof Entry.Opened opened) {
                lost.put(opened.call().id(), opened.call());
              }
            });
    HourlyCosts costs = new HourlyCosts();
    Parents parents = new Parents(handle, lost::get);
    for (CallOpened call : lost.values()) {
      partitions.make(handle, call.id());
      CallRow row = new CallRow(call, null);
      if (copyOne(handle, Rows.CALL, row, Rows::call)) {
        costs.add(row, parents);
      }
    }
    return costs;
  }

  private boolean write(
      Handle handle, Batch batch, long from, long to, BiConsumer<Handle, Batch> copy) {
    int moved =
        handle
            .createUpdate(
                """
                UPDATE observability.journal SET place = :to, changed = now()
                WHERE id = :journal AND place = :from
                """)
            .bind("journal", journal)
            .bind("from", from)
            .bind("to", to)
            .execute();
    if (moved != 1) {
      throw new StaleException("the database is not at " + from + " of journal " + journal);
    }
    batch.calls().forEach(row -> partitions.make(handle, row.opened().id()));
    batch.spans().forEach(span -> partitions.make(handle, span.id()));
    batch.contents().forEach(said -> partitions.make(handle, said.content().id()));
    copy.accept(handle, batch);
    close(handle, batch);
    copy(handle, Rows.OPENED, List.copyOf(batch.opened().values()), this::opened);
    return true;
  }

  private void copyAll(Handle handle, Batch batch) {
    copy(handle, Rows.CALL, batch.calls(), Rows::call);
    HourlyCosts.of(batch.calls(), new Parents(handle, batch::begun)).write(handle);
    copy(handle, Rows.SPAN, batch.spans(), Rows::span);
    copy(handle, Rows.CONTENT, batch.contents(), Rows::content);
  }

  private void copyEach(Handle handle, Batch batch) {
    HourlyCosts costs = new HourlyCosts();
    Parents parents = new Parents(handle, batch::begun);
    batch.calls().stream()
        .filter(row -> copyOne(handle, Rows.CALL, row, Rows::call))
        .toList()
        .forEach(row -> costs.add(row, parents));
    sum(handle, costs);
    batch.spans().forEach(span -> copyOne(handle, Rows.SPAN, span, Rows::span));
    batch.contents().forEach(said -> copyOne(handle, Rows.CONTENT, said, Rows::content));
  }

  /// Sums that the database refuses must not keep calls from being written.
  private void sum(Handle handle, HourlyCosts costs) {
    handle.savepoint("sums");
    try {
      costs.write(handle);
      handle.releaseSavepoint("sums");
    } catch (RuntimeException e) {
      if (!refusesData(e)) {
        throw e;
      }
      handle.rollbackToSavepoint("sums");
      rejected.incrementAndGet();
      LOG.error("calls left out of the costs by the hour: {}", e.getMessage());
    }
  }

  /// Whether it was taken.
  private <R> boolean copyOne(Handle handle, String into, R row, BiConsumer<R, CopyRows> write) {
    handle.savepoint("row");
    try {
      copy(handle, into, List.of(row), write);
      handle.releaseSavepoint("row");
      return true;
    } catch (RuntimeException e) {
      if (!refusesData(e)) {
        throw e;
      }
      handle.rollbackToSavepoint("row");
      rejected.incrementAndGet();
      LOG.error("row left out of {}: {}", into.lines().findFirst().orElse(into), e.getMessage());
      return false;
    }
  }

  private void opened(CallOpened call, CopyRows copy) {
    Rows.opened(call, journal, copy);
  }

  private void close(Handle handle, Batch batch) {
    if (batch.closed().isEmpty()) {
      return;
    }
    CallOpened[] calls = batch.closed().values().toArray(CallOpened[]::new);
    UUID[] tenants = new UUID[calls.length];
    UUID[] ids = new UUID[calls.length];
    for (int at = 0; at < calls.length; at++) {
      tenants[at] = calls[at].tenant().value();
      ids[at] = calls[at].id();
    }
    handle
        .createUpdate(
            """
            DELETE FROM observability.opened o
            USING unnest(CAST(:tenants AS uuid[]), CAST(:ids AS uuid[])) AS c (tenant_id, id)
            WHERE o.tenant_id = c.tenant_id AND o.id = c.id AND o.journal = :journal
            """)
        .bind("tenants", tenants)
        .bind("ids", ids)
        .bind("journal", journal)
        .execute();
  }

  private static <R> void copy(
      Handle handle, String into, List<R> rows, BiConsumer<R, CopyRows> write) {
    if (rows.isEmpty()) {
      return;
    }
    CopyRows copied = new CopyRows();
    rows.forEach(row -> write.accept(row, copied));
    byte[] bytes = copied.finish();
    try {
      CopyIn copy =
          handle
              .getConnection()
              .unwrap(PGConnection.class)
              .getCopyAPI()
              .copyIn("COPY " + into + " FROM STDIN (FORMAT binary)");
      try {
        copy.writeToCopy(bytes, 0, copied.length());
        copy.endCopy();
      } finally {
        if (copy.isActive()) {
          copy.cancelCopy();
        }
      }
    } catch (SQLException e) {
      throw new CopyException(e);
    }
  }

  private long place(Handle handle) {
    return handle
        .createQuery("SELECT place FROM observability.journal WHERE id = :journal")
        .bind("journal", journal)
        .mapTo(Long.class)
        .one();
  }

  private Map<UUID, CallOpened> open(Handle handle) {
    Map<UUID, CallOpened> open = new LinkedHashMap<>();
    handle
        .createQuery("SELECT entry FROM observability.opened WHERE journal = :journal ORDER BY id")
        .bind("journal", journal)
        .mapTo(byte[].class)
        .forEach(
            bytes -> {
              if (Codec.read(ByteBuffer.wrap(bytes)) instanceof Entry.Opened opened) {
                open.put(opened.call().id(), opened.call());
              }
            });
    return open;
  }

  /// Whether the database would refuse the same data again: what it holds, not how the database
  /// is, is wrong.
  private static boolean refusesData(Throwable failure) {
    for (@Nullable Throwable at = failure; at != null; at = at.getCause()) {
      if (at instanceof SQLException found && found.getSQLState() != null) {
        String state = found.getSQLState();
        return state.startsWith("22") || state.startsWith("23");
      }
    }
    return false;
  }

  /// The driver's exception where none may be thrown.
  static final class CopyException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    CopyException(SQLException cause) {
      super(cause.getMessage(), cause);
    }
  }

  /// Somebody else wrote the same journal, or a commit whose answer was lost succeeded.
  static final class StaleException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    StaleException(String message) {
      super(message);
    }
  }
}
