package dev.gimbal.server;

import dev.gimbal.observability.core.Observability;
import dev.gimbal.observability.core.export.CallLog;
import dev.gimbal.observability.core.export.CallLogConfig;
import dev.gimbal.observability.core.export.OtlpConfig;
import dev.gimbal.observability.core.export.OtlpExporter;
import java.nio.file.Path;
import java.util.Deque;

/// Evidence that leaves this server, where that is configured.
final class Exports {
  private Exports() {}

  /// Before the ledger is started: nothing that it writes is missed.
  ///
  /// @param open where what is opened is to be closed
  static void open(
      GimbalConfig config, Path data, Observability observability, Deque<AutoCloseable> open) {
    CallLogConfig log = CallLogConfig.of(config.gateway().callLog(), data);
    if (log != null) {
      CallLog lines = new CallLog(log, observability.metrics());
      open.push(lines);
      observability.listen(lines);
    }
    OtlpConfig otlp = Settings.otlp(config, Version.text());
    if (otlp != null) {
      OtlpExporter exporter = new OtlpExporter(otlp, observability.metrics());
      open.push(exporter);
      observability.listen(exporter);
    }
  }
}
