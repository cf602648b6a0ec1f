package dev.gimbal.observability.core;

import dev.gimbal.observability.api.EvidenceListener;
import dev.gimbal.observability.api.Ledger;
import dev.gimbal.observability.api.Metrics;
import dev.gimbal.observability.api.Tracing;
import dev.gimbal.observability.core.journal.Journal;
import dev.gimbal.observability.core.writer.LedgerTail;
import dev.gimbal.platform.http.Route;
import java.io.IOException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The room's parts, started and closed together.
final class RunningObservability implements Observability {
  private static final Logger LOG = LoggerFactory.getLogger(RunningObservability.class);

  private final Journal journal;
  private final Redactor redactor;
  private final LedgerTail writer;
  private final Runnable started;
  private final Ledger ledger;
  private final Tracing tracing;
  private final PrometheusMetrics metrics;
  private final List<Route> routes;

  /// The threads that evidence passes, in this order where it is redacted.
  ///
  /// @param started run last at the start
  record Recording(Journal journal, Redactor redactor, LedgerTail writer, Runnable started) {}

  RunningObservability(
      Recording recording,
      Ledger ledger,
      Tracing tracing,
      PrometheusMetrics metrics,
      List<Route> routes) {
    this.journal = recording.journal();
    this.redactor = recording.redactor();
    this.writer = recording.writer();
    this.started = recording.started();
    this.ledger = ledger;
    this.tracing = tracing;
    this.metrics = metrics;
    this.routes = List.copyOf(routes);
  }

  @Override
  public void start() throws IOException {
    journal.start();
    redactor.start();
    writer.start();
    started.run();
  }

  @Override
  public Ledger ledger() {
    return ledger;
  }

  @Override
  public Tracing tracing() {
    return tracing;
  }

  @Override
  public Metrics metrics() {
    return metrics;
  }

  @Override
  public void listen(EvidenceListener listener) {
    writer.listen(listener);
  }

  @Override
  public List<Route> routes() {
    return routes;
  }

  @Override
  public State state() {
    return new State(
        journal.whyNot(),
        journal.bytes(),
        journal.queued(),
        journal.dropped(),
        writer.lag(),
        writer.failing());
  }

  @Override
  public void close() {
    redactor.close();
    try {
      journal.close();
    } catch (IOException e) {
      LOG.error("the journal could not be closed", e);
    }
    try {
      writer.close();
    } catch (IOException e) {
      LOG.error("the ledger's writer could not be closed", e);
    }
    metrics.close();
  }
}
