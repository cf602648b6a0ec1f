package dev.gimbal.observability.core;

import dev.gimbal.observability.api.EvidenceListener;
import dev.gimbal.observability.api.Ledger;
import dev.gimbal.observability.api.Metrics;
import dev.gimbal.observability.api.Tracing;
import dev.gimbal.platform.http.Route;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The room as `server` holds it.
public interface Observability extends AutoCloseable {

  /// Starts the journal and its writer. Before this nothing may be recorded.
  ///
  /// @throws IOException if the journal's disk is full or its directory is in use
  void start() throws IOException;

  /// Where calls, spans and content are recorded.
  Ledger ledger();

  /// Spans around blocking code.
  Tracing tracing();

  /// Where rooms count what they do.
  Metrics metrics();

  /// Tells of what is kept from now on.
  void listen(EvidenceListener listener);

  /// Calls, traces, metrics.
  List<Route> routes();

  /// For `/api/status` and readiness.
  State state();

  /// Writes and syncs what was recorded, brings it to the database if that answers within some
  /// seconds, ends the threads. Nothing acknowledged is lost by it; calls that still run become
  /// unknown at the next start.
  @Override
  void close();

  /// How the ledger is.
  ///
  /// @param refusing why calls are refused; null if they are not
  /// @param journalBytes on disk
  /// @param lag how long the database has been behind
  /// @param databaseFailing whether the last attempt to write to the database failed
  record State(
      @Nullable String refusing,
      long journalBytes,
      int queued,
      long dropped,
      Duration lag,
      boolean databaseFailing) {}
}
