package dev.gimbal.observability.core.export;

import dev.gimbal.observability.api.EndedCall;
import dev.gimbal.observability.api.EvidenceListener;
import dev.gimbal.observability.api.Metrics;
import dev.gimbal.observability.api.SpanRecord;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.InstrumentationScope;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.GZIPOutputStream;

/// Sends spans by OTLP over HTTP, as packed protobuf, some at a time. A batch is tried a few times
/// within its patience where the receiver says that it may be (429, 502, 503, 504, no answer), then
/// dropped and counted; as is what finds the queue full.
public final class OtlpExporter implements EvidenceListener, AutoCloseable {
  private static final int MOST_WAITING = 20_000;
  private static final int AT_ONCE = 512;
  private static final Duration LINGER = Duration.ofSeconds(1);
  private static final int TRIES = 4;
  private static final long FIRST_PAUSE_MILLIS = 500;
  private static final long LONGEST_PAUSE_MILLIS = 10_000;
  private static final int OK_LEAST = 200;
  private static final int OK_MOST = 299;
  private static final Set<Integer> AGAIN = Set.of(429, 502, 503, 504);

  private final OtlpConfig config;
  private final HttpClient client;
  private final Resource resource;
  private final Outlet<Span> outlet;
  private final AtomicLong sent = new AtomicLong();

  public OtlpExporter(OtlpConfig config, Metrics metrics) {
    this.config = config;
    this.client =
        HttpClient.newBuilder()
            .connectTimeout(config.deadline())
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();
    Resource.Builder about = Resource.newBuilder();
    config.resource().entrySet().stream()
        .sorted(java.util.Map.Entry.comparingByKey())
        .forEach(each -> about.addAttributes(OtlpSpans.attribute(each.getKey(), each.getValue())));
    this.resource = about.build();
    this.outlet = new Outlet<>("otlp", MOST_WAITING, AT_ONCE, LINGER, this::send);
    metrics.gauge("gimbal.otlp.dropped", outlet::dropped);
    metrics.gauge("gimbal.otlp.sent", sent::get);
    metrics.gauge("gimbal.otlp.waiting", outlet::waiting);
    outlet.start();
  }

  @Override
  public void kept(List<EndedCall> calls, List<SpanRecord> spans) {
    for (EndedCall call : calls) {
      // Where a span of its own says more of the call, that one goes.
      if (call.settled() == null || call.settled().step() != null) {
        outlet.put(OtlpSpans.of(call));
      }
    }
    spans.forEach(span -> outlet.put(OtlpSpans.of(span, config.content())));
  }

  private void send(List<Span> spans) throws IOException, InterruptedException {
    byte[] body = packed(spans);
    IOException failure = new IOException("not tried");
    for (int attempt = 0; attempt < TRIES; attempt++) {
      if (attempt > 0) {
        pause(attempt);
      }
      Optional<IOException> failed = once(body);
      if (failed.isEmpty()) {
        sent.addAndGet(spans.size());
        return;
      }
      failure = failed.get();
    }
    throw failure;
  }

  /// @return why it may be tried again; empty: it arrived
  private Optional<IOException> once(byte[] body) throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(config.endpoint())
            .timeout(config.deadline())
            .header("content-type", "application/x-protobuf")
            .header("content-encoding", "gzip")
            .POST(HttpRequest.BodyPublishers.ofByteArray(body));
    config.headers().forEach(request::setHeader);
    int status;
    try {
      status = client.send(request.build(), HttpResponse.BodyHandlers.discarding()).statusCode();
    } catch (IOException e) {
      return Optional.of(e);
    }
    if (status >= OK_LEAST && status <= OK_MOST) {
      return Optional.empty();
    }
    IOException refused = new IOException("the receiver answered " + status);
    if (!AGAIN.contains(status)) {
      throw refused;
    }
    return Optional.of(refused);
  }

  private static void pause(int attempt) throws InterruptedException {
    long most = Math.min(FIRST_PAUSE_MILLIS << (attempt - 1), LONGEST_PAUSE_MILLIS);
    Thread.sleep(most / 2 + ThreadLocalRandom.current().nextLong(most / 2 + 1));
  }

  private byte[] packed(List<Span> spans) throws IOException {
    ExportTraceServiceRequest request =
        ExportTraceServiceRequest.newBuilder()
            .addResourceSpans(
                ResourceSpans.newBuilder()
                    .setResource(resource)
                    .addScopeSpans(
                        ScopeSpans.newBuilder()
                            .setScope(InstrumentationScope.newBuilder().setName("gimbal"))
                            .addAllSpans(spans)))
            .build();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream packing = new GZIPOutputStream(bytes)) {
      request.writeTo(packing);
    }
    return bytes.toByteArray();
  }

  /// Spans that arrived since the start.
  long sent() {
    return sent.get();
  }

  /// Spans that did not since the start.
  long dropped() {
    return outlet.dropped();
  }

  /// Sends what waits, for some seconds at most.
  @Override
  public void close() {
    outlet.close();
    client.shutdownNow();
  }
}
