package dev.gimbal.observability.core;

import dev.gimbal.observability.api.CallSettled.Outcome;
import dev.gimbal.observability.api.Ledger;
import dev.gimbal.observability.testing.LedgerContractTest;
import dev.gimbal.platform.database.testing.TestDatabase;
import dev.gimbal.platform.ids.TenantId;
import dev.gimbal.platform.ids.TimeOrderedIds;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.TempDir;

/// The contract, kept by journal, writer and PostgreSQL. Closing leaves the journal as a kill does:
/// kills themselves are in `LedgerKillIT`.
final class LedgerIT extends LedgerContractTest {
  @TempDir private Path directory;

  @Override
  protected Kept empty() throws Exception {
    TestDatabase database = TestDatabase.fresh();
    return new OnPostgres(database, directory);
  }

  private static final class OnPostgres implements Kept {
    private final TestDatabase database;
    private final Path directory;
    private Observability room;

    OnPostgres(TestDatabase database, Path directory) throws Exception {
      this.database = database;
      this.directory = directory;
      this.room = start();
    }

    @Override
    public Ledger ledger() {
      return room.ledger();
    }

    @Override
    public void killAndRestart() throws Exception {
      room.close();
      room = start();
    }

    @Override
    public List<Row> rows(TenantId tenant) throws Exception {
      room.ledger().flushed().toCompletableFuture().get(30, TimeUnit.SECONDS);
      return database.inTransaction(
          tenant,
          transaction ->
              transaction
                  .handle()
                  .createQuery("SELECT id, outcome, cost_nano_usd FROM observability.call")
                  .map(
                      (row, context) ->
                          new Row(
                              row.getObject("id", UUID.class),
                              Outcome.valueOf(row.getString("outcome").toUpperCase(Locale.ROOT)),
                              (Long) row.getObject("cost_nano_usd")))
                  .list());
    }

    @Override
    public void close() {
      room.close();
      database.close();
    }

    private Observability start() throws Exception {
      Clock clock = Clock.systemUTC();
      Observability started =
          ObservabilityModule.create(
              ObservabilityConfig.in(directory), database, clock, new TimeOrderedIds(clock));
      started.start();
      return started;
    }
  }
}
