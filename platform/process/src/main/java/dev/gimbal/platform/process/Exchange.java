package dev.gimbal.platform.process;

import dev.gimbal.platform.process.SharedChild.Listener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One call to a shared child. Its listener hears nothing once the call was cancelled or ended.
final class Exchange {
  private static final Logger LOG = LoggerFactory.getLogger(Exchange.class);

  private final byte[] request;
  private final Listener listener;
  private volatile boolean silent;
  private long bytes;

  Exchange(byte[] request, Listener listener) {
    this.request = request;
    this.listener = listener;
  }

  byte[] request() {
    return request;
  }

  void silence() {
    silent = true;
  }

  /// Bytes of the answer so far, these included. For the reading thread.
  long count(int more) {
    bytes += more;
    return bytes;
  }

  void part(byte[] part) {
    tell(() -> listener.part(part), false);
  }

  void last(byte[] last) {
    tell(() -> listener.last(last), true);
  }

  void failed(ProcessException failure) {
    tell(() -> listener.failed(failure), true);
  }

  /// A listener's defect is not the other calls'.
  private void tell(Runnable event, boolean end) {
    if (silent) {
      return;
    }
    silent |= end;
    try {
      event.run();
    } catch (RuntimeException e) {
      LOG.error("a listener failed", e);
    }
  }
}
