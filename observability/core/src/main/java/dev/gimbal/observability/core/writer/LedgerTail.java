package dev.gimbal.observability.core.writer;

import dev.gimbal.observability.api.EvidenceListener;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/// Who follows the journal and keeps what it says where it can be asked for. Thread-safe.
public interface LedgerTail extends AutoCloseable {

  /// Starts its thread; the journal must have been started.
  void start();

  /// Tells another one of what is kept from now on.
  void listen(EvidenceListener listener);

  /// Completes when everything before a place of the journal can be asked for.
  CompletableFuture<Void> committed(long place);

  /// How long it has been behind the journal; zero when it is not.
  Duration lag();

  /// Whether its last attempt failed.
  boolean failing();

  /// Rows and stretches of the journal that could not be kept or read.
  long lost();

  /// Ends of calls that had ended before or never began.
  long ignored();

  /// The thread, to account its processor time.
  Thread thread();

  /// Takes what the journal holds, then ends the thread.
  @Override
  void close() throws IOException;
}
