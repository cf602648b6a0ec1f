package dev.gimbal.observability.core.export;

import dev.gimbal.observability.api.CallOpened;
import dev.gimbal.observability.api.CallSettled;
import dev.gimbal.observability.api.EndedCall;
import dev.gimbal.observability.api.EvidenceListener;
import dev.gimbal.observability.api.Ledger;
import dev.gimbal.observability.api.Metrics;
import dev.gimbal.observability.api.SpanRecord;
import dev.gimbal.platform.json.Json;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One JSON line a call that ended: who, what, how long, how much. No text of a call, no header.
public final class CallLog implements EvidenceListener, AutoCloseable {
  private static final int MOST_WAITING = 20_000;
  private static final int AT_ONCE = 1_000;
  private static final int NANO_DIGITS = 9;

  private final CallLogConfig config;
  private final Outlet<EndedCall> outlet;
  private @Nullable OutputStream out;
  private long written;

  public CallLog(CallLogConfig config, Metrics metrics) {
    this.config = config;
    this.outlet =
        new Outlet<>("call-log", MOST_WAITING, AT_ONCE, Duration.ofMillis(50), this::write);
    metrics.gauge("gimbal.call.log.dropped", outlet::dropped);
    outlet.start();
  }

  @Override
  public void kept(List<EndedCall> calls, List<SpanRecord> spans) {
    calls.forEach(outlet::put);
  }

  private void write(List<EndedCall> calls) throws IOException {
    for (EndedCall call : calls) {
      byte[] line = Json.bytes(line(call));
      OutputStream to = open(line.length + 1);
      to.write(line);
      to.write('\n');
      written += line.length + 1;
    }
    OutputStream to = out;
    if (to != null) {
      to.flush();
    }
  }

  private OutputStream open(int more) throws IOException {
    Path file = config.file();
    OutputStream now = out;
    if (now != null && (file == null || written + more <= config.maxBytes())) {
      return now;
    }
    if (file == null) {
      now = new java.io.BufferedOutputStream(new FileOutputStream(FileDescriptor.out));
    } else {
      now = open(file, more);
    }
    out = now;
    return now;
  }

  private OutputStream open(Path file, int more) throws IOException {
    OutputStream before = out;
    out = null;
    if (before != null) {
      before.close();
    }
    Path folder = file.toAbsolutePath().getParent();
    if (folder != null) {
      Files.createDirectories(folder);
    }
    written = Files.exists(file) ? Files.size(file) : 0;
    if (written > 0 && written + more > config.maxBytes()) {
      rotate(file);
      written = 0;
    }
    return new java.io.BufferedOutputStream(
        Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND));
  }

  private void rotate(Path file) throws IOException {
    for (int number = config.files(); number > 0; number--) {
      Path from = number == 1 ? file : numbered(file, number - 1);
      if (Files.exists(from)) {
        Files.move(from, numbered(file, number), StandardCopyOption.REPLACE_EXISTING);
      }
    }
  }

  private static Path numbered(Path file, int number) {
    return file.resolveSibling(file.getFileName() + "." + number);
  }

  static Map<String, Object> line(EndedCall call) {
    CallOpened opened = call.opened();
    CallSettled settled = call.settled();
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("at", (settled == null ? opened.at() : settled.at()).toString());
    line.put("call", Ledger.text(opened.id()));
    line.put("tenant", opened.tenant().toString());
    line.put("trace", opened.trace().traceId());
    put(line, "parent", opened.parent() == null ? null : Ledger.text(opened.parent()));
    line.put("principal", opened.principal());
    line.put("kind", lower(opened.kind()));
    line.put("requested", opened.requested());
    line.put("model", call.model());
    line.put("stream", opened.stream());
    line.put("outcome", settled == null ? "unknown" : lower(settled.outcome()));
    if (settled != null) {
      line.put("status", settled.status());
      put(line, "error", settled.error());
      put(line, "input_tokens", settled.inputTokens());
      put(line, "cached_tokens", settled.cachedTokens());
      put(line, "output_tokens", settled.outputTokens());
      put(line, "estimated", settled.estimated() ? true : null);
      put(line, "cost_usd", usd(settled.costNanoUsd()));
      put(line, "first_byte_ms", millis(settled.firstByte()));
      put(line, "took_ms", millis(settled.took()));
    } else {
      put(line, "cost_usd", usd(opened.reservedNanoUsd()));
    }
    if (!opened.tags().isEmpty()) {
      line.put("tags", opened.tags());
    }
    return line;
  }

  private static void put(Map<String, Object> line, String name, @Nullable Object value) {
    if (value != null) {
      line.put(name, value);
    }
  }

  private static @Nullable Double millis(@Nullable Duration time) {
    return time == null ? null : (Double) (Math.round(time.toNanos() / 1e3) / 1e3);
  }

  private static @Nullable String usd(@Nullable Long nano) {
    if (nano == null) {
      return null;
    }
    BigDecimal amount = BigDecimal.valueOf(nano, NANO_DIGITS).stripTrailingZeros();
    return (amount.scale() < 0 ? amount.setScale(0) : amount).toPlainString();
  }

  private static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  /// Writes what waits.
  @Override
  public void close() {
    outlet.close();
    OutputStream last = out;
    if (last != null && config.file() != null) {
      try {
        last.close();
      } catch (IOException e) {
        org.slf4j.LoggerFactory.getLogger(CallLog.class).warn("the call log cannot be closed", e);
      }
    }
  }
}
