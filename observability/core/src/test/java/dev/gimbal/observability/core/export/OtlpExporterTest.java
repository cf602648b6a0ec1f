package dev.gimbal.observability.core.export;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.gimbal.observability.api.CallOpened;
import dev.gimbal.observability.api.CallSettled;
import dev.gimbal.observability.api.CallSettled.Outcome;
import dev.gimbal.observability.api.EndedCall;
import dev.gimbal.observability.api.Metrics;
import dev.gimbal.observability.api.SpanRecord;
import dev.gimbal.observability.api.TraceContext;
import dev.gimbal.observability.testing.Records;
import dev.gimbal.platform.ids.TenantId;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class OtlpExporterTest {
  private static final TenantId TENANT = new TenantId(new UUID(1, 2));
  private static final Instant AT = Instant.parse("2026-11-22T12:00:00.123456Z");

  private final List<ExportTraceServiceRequest> received = new CopyOnWriteArrayList<>();
  private final List<String> credentials = new CopyOnWriteArrayList<>();
  private final AtomicInteger failures = new AtomicInteger();
  private int failing = 503;
  private HttpServer receiver;

  @BeforeEach
  void start() throws IOException {
    receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    receiver.createContext("/v1/traces", this::take);
    receiver.start();
  }

  @AfterEach
  void stop() {
    receiver.stop(0);
  }

  private void take(HttpExchange exchange) throws IOException {
    boolean fails = failures.getAndDecrement() > 0;
    try (GZIPInputStream body = new GZIPInputStream(exchange.getRequestBody())) {
      ExportTraceServiceRequest request = ExportTraceServiceRequest.parseFrom(body);
      if (!fails) {
        credentials.add(String.valueOf(exchange.getRequestHeaders().getFirst("authorization")));
        received.add(request);
      }
    }
    exchange.sendResponseHeaders(fails ? failing : 200, -1);
    exchange.close();
  }

  private OtlpExporter exporter(boolean content) {
    return new OtlpExporter(
        new OtlpConfig(
            URI.create("http://127.0.0.1:" + receiver.getAddress().getPort() + "/v1/traces"),
            Map.of("authorization", "Bearer collector-secret"),
            Duration.ofSeconds(5),
            content,
            Map.of("service.name", "gimbal")),
        Metrics.NONE);
  }

  private static EndedCall call(CallSettled.Step step) {
    CallOpened opened = Records.opened(TENANT, new UUID(3, 4), 5L, AT);
    CallOpened continued =
        new CallOpened(
            opened.tenant(),
            opened.id(),
            null,
            opened.trace(),
            "00f067aa0ba902b7",
            "key_test",
            opened.kind(),
            opened.requested(),
            opened.model(),
            true,
            1,
            5L,
            opened.tags(),
            AT);
    CallSettled settled = Records.settled(continued, Outcome.FAILED, 7L, AT);
    return new EndedCall(continued, step == null ? settled : settled.as(step, null));
  }

  private static SpanRecord span(String text) {
    return new SpanRecord(
        TENANT,
        new UUID(5, 6),
        TraceContext.begin(),
        null,
        "knowledge.ask",
        "key_test",
        null,
        null,
        Map.of("passages", 12L),
        Map.of(),
        text,
        AT,
        Duration.ofMillis(5));
  }

  private static void await(BooleanSupplier there) {
    long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (!there.getAsBoolean()) {
      assertThat(System.nanoTime()).as("waited long enough").isLessThan(end);
      Thread.onSpinWait();
    }
  }

  private List<Span> spans() {
    return received.stream()
        .flatMap(request -> request.getResourceSpansList().stream())
        .flatMap(resource -> resource.getScopeSpansList().stream())
        .flatMap(scope -> scope.getSpansList().stream())
        .toList();
  }

  private static Map<String, String> attributes(List<KeyValue> list) {
    return list.stream()
        .collect(
            java.util.stream.Collectors.toMap(
                KeyValue::getKey,
                each ->
                    each.getValue().hasStringValue()
                        ? each.getValue().getStringValue()
                        : Long.toString(each.getValue().getIntValue())));
  }

  @Test
  void shouldSendACallAsASpanOfTheGenAiConventionsBelowItsCallersSpan() {
    EndedCall call = call(new CallSettled.Step(true, Map.of("gimbal.route", "fast")));
    try (OtlpExporter exporter = exporter(false)) {
      exporter.kept(List.of(call), List.of());
      await(() -> received.size() == 1);

      Span span = spans().getFirst();
      HexFormat hex = HexFormat.of();
      assertThat(hex.formatHex(span.getTraceId().toByteArray()))
          .isEqualTo(call.opened().trace().traceId());
      assertThat(hex.formatHex(span.getSpanId().toByteArray()))
          .isEqualTo(call.opened().trace().spanId());
      assertThat(hex.formatHex(span.getParentSpanId().toByteArray())).isEqualTo("00f067aa0ba902b7");
      assertThat(span.getStartTimeUnixNano()).isEqualTo(1_795_348_800_123_456_000L);
      assertThat(span.getEndTimeUnixNano() - span.getStartTimeUnixNano()).isEqualTo(50_000_000);
      assertThat(span.getStatus().getCode()).isEqualTo(Status.StatusCode.STATUS_CODE_ERROR);
      assertThat(attributes(span.getAttributesList()))
          .containsEntry("gen_ai.operation.name", "chat")
          .containsEntry("gen_ai.provider.name", "openai")
          .containsEntry("gen_ai.request.model", "openai/gpt-4.1")
          .containsEntry("gen_ai.response.model", "gpt-4.1")
          .containsEntry("gen_ai.usage.input_tokens", "12")
          .containsEntry("gen_ai.usage.output_tokens", "34")
          .containsEntry("gimbal.route", "fast")
          .containsEntry("gimbal.tag.team", "search");
      ResourceSpans resource = received.getFirst().getResourceSpans(0);
      assertThat(attributes(resource.getResource().getAttributesList()))
          .containsEntry("service.name", "gimbal");
      assertThat(credentials).containsExactly("Bearer collector-secret");
      assertThat(received.toString()).doesNotContain("collector-secret");
      await(() -> exporter.sent() == 1);
    }
  }

  @Test
  void shouldSendACallOnceWhereASpanOfItsOwnSaysMore() {
    try (OtlpExporter exporter = exporter(false)) {
      exporter.kept(List.of(call(null)), List.of(span("What is zirconium?")));
      await(() -> exporter.sent() == 1);
    }

    assertThat(spans()).extracting(Span::getName).containsExactly("knowledge.ask");
    assertThat(received.toString()).doesNotContain("zirconium");
  }

  @Test
  void shouldSendTextsOnlyWhenAsked() {
    try (OtlpExporter exporter = exporter(true)) {
      exporter.kept(List.of(), List.of(span("What is zirconium?")));
      await(() -> exporter.sent() == 1);
    }

    assertThat(received.toString()).contains("zirconium");
  }

  @Test
  void shouldTryAgainWhenTheReceiverIsBusyAndCountWhatItRefuses() {
    failures.set(1);
    try (OtlpExporter exporter = exporter(false)) {
      exporter.kept(List.of(), List.of(span(null)));
      await(() -> exporter.sent() == 1);
      failing = 400;
      failures.set(1_000);
      exporter.kept(List.of(), List.of(span(null), span(null)));
      await(() -> exporter.dropped() == 2);
      assertThat(exporter.sent()).isEqualTo(1);
    }
  }

  @Test
  void shouldDropAndCountRatherThanHoldUpWhoPuts() {
    Object gate = new Object();
    AtomicInteger taken = new AtomicInteger();
    Outlet<Integer> outlet =
        new Outlet<>(
            "test",
            3,
            1,
            Duration.ZERO,
            some -> {
              taken.incrementAndGet();
              synchronized (gate) {
                taken.addAndGet(0);
              }
            });
    synchronized (gate) {
      outlet.start();
      outlet.put(0);
      await(() -> taken.get() == 1);
      for (int i = 1; i <= 10; i++) {
        outlet.put(i);
      }
      assertThat(outlet.dropped()).isEqualTo(7);
    }
    outlet.close();
    assertThat(taken.get()).isEqualTo(4);
  }
}
