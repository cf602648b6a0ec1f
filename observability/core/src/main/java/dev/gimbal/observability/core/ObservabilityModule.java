package dev.gimbal.observability.core;

import dev.gimbal.observability.core.journal.Journal;
import dev.gimbal.observability.core.journal.JournalConfig;
import dev.gimbal.observability.core.recent.RecentConfig;
import dev.gimbal.observability.core.recent.RecentLedger;
import dev.gimbal.observability.core.writer.LedgerWriter;
import dev.gimbal.platform.database.Database;
import dev.gimbal.platform.ids.Ids;
import java.io.IOException;
import java.time.Clock;
import java.util.stream.Stream;

/// The room's only door for wiring.
public final class ObservabilityModule {
  private ObservabilityModule() {}

  /// Takes the journal's directory and brings the schema up to date; records nothing before
  /// [Observability#start].
  ///
  /// @throws IOException if the journal's directory cannot be used or is in use
  public static Observability create(
      ObservabilityConfig config, Database database, Clock clock, Ids ids) throws IOException {
    database.migrate("observability");
    PrometheusMetrics metrics = new PrometheusMetrics();
    LedgerMetrics calls = new LedgerMetrics(metrics);
    Journal journal = Journal.open(config.journal(), clock, calls);
    LedgerWriter writer = new LedgerWriter(journal, database, config.retained(), clock);
    Redactor redactor = new Redactor(journal);
    calls.bind(journal, redactor, writer);
    metrics.bindProcess();
    JournaledLedger ledger = new JournaledLedger(journal, writer, redactor, config.content());
    EvidenceRoutes routes = new EvidenceRoutes(database, ledger, metrics, config.retained(), clock);
    CostRoutes costs = new CostRoutes(database, ledger, clock);
    return new RunningObservability(
        new RunningObservability.Recording(journal, redactor, writer, () -> {}),
        ledger,
        new LedgerTracing(ledger, clock, ids),
        metrics,
        Stream.concat(routes.routes().stream(), costs.routes().stream()).toList());
  }

  /// The room without a database: the journal is the store, the latest calls are in memory. Of
  /// bodies only hashes are kept. Records nothing before [Observability#start], which counts what
  /// earlier processes left.
  ///
  /// @throws IOException if the journal's directory cannot be used or is in use
  public static LocalEvidence withoutDatabase(
      JournalConfig config, RecentConfig kept, ContentPolicy content, Clock clock, Ids ids)
      throws IOException {
    PrometheusMetrics metrics = new PrometheusMetrics();
    LedgerMetrics calls = new LedgerMetrics(metrics);
    Journal journal = Journal.open(config, clock, calls);
    RecentLedger recent = new RecentLedger(journal, config.directory(), kept, clock);
    Redactor redactor = new Redactor(journal);
    calls.bind(journal, redactor, recent);
    metrics.bindProcess();
    ContentPolicy hashed = content == ContentPolicy.OFF ? content : ContentPolicy.HASH;
    JournaledLedger ledger = new JournaledLedger(journal, recent, redactor, hashed);
    RecentRoutes routes = new RecentRoutes(recent, ledger, metrics);
    Observability observability =
        new RunningObservability(
            new RunningObservability.Recording(
                journal, redactor, recent, () -> recent.committed(journal.end()).join()),
            ledger,
            new LedgerTracing(ledger, clock, ids),
            metrics,
            routes.routes());
    return new LocalEvidence(observability, recent.spent());
  }
}
