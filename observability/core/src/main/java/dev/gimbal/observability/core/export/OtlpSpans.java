package dev.gimbal.observability.core.export;

import com.google.protobuf.ByteString;
import dev.gimbal.observability.api.CallOpened;
import dev.gimbal.observability.api.CallSettled;
import dev.gimbal.observability.api.EndedCall;
import dev.gimbal.observability.api.Ledger;
import dev.gimbal.observability.api.SpanRecord;
import dev.gimbal.observability.api.TraceContext;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Our records as OpenTelemetry's spans, after its GenAI conventions.
final class OtlpSpans {
  private static final long NANOS = 1_000_000_000L;

  private OtlpSpans() {}

  /// A call that is a step of its trace by itself.
  static Span of(EndedCall call) {
    CallOpened opened = call.opened();
    CallSettled settled = call.settled();
    Map<String, Object> attributes = new TreeMap<>();
    CallSettled.Step step = settled == null ? null : settled.step();
    if (step != null) {
      attributes.putAll(step.attributes());
    }
    attributes.put("gimbal.call", Ledger.text(opened.id()));
    attributes.put("gimbal.principal", opened.principal());
    attributes.put("gimbal.tenant", opened.tenant().toString());
    attributes.put("gen_ai.operation.name", operation(opened.kind()));
    attributes.put("gen_ai.request.model", opened.requested());
    model(attributes, call.model());
    opened.tags().forEach((name, value) -> attributes.put("gimbal.tag." + name, value));
    String error = settled == null ? "unknown" : settled.error();
    Duration took = settled == null ? Duration.ZERO : settled.took();
    if (settled != null) {
      attributes.put("http.response.status_code", (long) settled.status());
      put(attributes, "gen_ai.usage.input_tokens", settled.inputTokens());
      put(attributes, "gen_ai.usage.output_tokens", settled.outputTokens());
      put(attributes, "gen_ai.usage.cache_read.input_tokens", settled.cachedTokens());
      put(attributes, "gimbal.cost_nano_usd", settled.costNanoUsd());
      Duration first = settled.firstByte();
      put(attributes, "gimbal.first_byte_ms", first == null ? null : (Long) first.toMillis());
    }
    String name = operation(opened.kind()) + " " + opened.requested();
    return span(opened.trace(), opened.parentSpan(), name, opened.at(), took)
        .setKind(Span.SpanKind.SPAN_KIND_CLIENT)
        .addAllAttributes(attributes.entrySet().stream().map(OtlpSpans::attribute).toList())
        .setStatus(status(error))
        .build();
  }

  /// @param content whether its text goes along
  static Span of(SpanRecord record, boolean content) {
    Map<String, Object> attributes = new TreeMap<>(record.attributes());
    boolean call = attributes.containsKey("gimbal.call");
    attributes.remove(SpanRecord.ROOT);
    attributes.put("gimbal.principal", record.principal());
    attributes.put("gimbal.tenant", record.tenant().toString());
    if (record.model() != null) {
      model(attributes, record.model());
    }
    String text = record.text();
    if (content && text != null) {
      attributes.put("gimbal.text", text);
    }
    record.tags().forEach((name, value) -> attributes.put("gimbal.tag." + name, value));
    return span(record.trace(), record.parent(), record.name(), record.start(), record.took())
        .setKind(call ? Span.SpanKind.SPAN_KIND_CLIENT : Span.SpanKind.SPAN_KIND_INTERNAL)
        .addAllAttributes(attributes.entrySet().stream().map(OtlpSpans::attribute).toList())
        .setStatus(status(record.error()))
        .build();
  }

  private static Span.Builder span(
      TraceContext trace, @Nullable String parent, String name, Instant start, Duration took) {
    long began = start.getEpochSecond() * NANOS + start.getNano();
    Span.Builder span =
        Span.newBuilder()
            .setTraceId(bytes(trace.traceId()))
            .setSpanId(bytes(trace.spanId()))
            .setName(name)
            .setStartTimeUnixNano(began)
            .setEndTimeUnixNano(began + took.toNanos());
    if (parent != null) {
      span.setParentSpanId(bytes(parent));
    }
    return span;
  }

  private static ByteString bytes(String hexadecimal) {
    return ByteString.copyFrom(HexFormat.of().parseHex(hexadecimal));
  }

  private static Status status(@Nullable String error) {
    return error == null
        ? Status.getDefaultInstance()
        : Status.newBuilder()
            .setCode(Status.StatusCode.STATUS_CODE_ERROR)
            .setMessage(error)
            .build();
  }

  private static String operation(CallOpened.Kind kind) {
    return switch (kind) {
      case COMPLETION -> "text_completion";
      case EMBEDDING -> "embeddings";
      case APPLICATION -> "invoke_agent";
      default -> kind.name().toLowerCase(Locale.ROOT);
    };
  }

  private static void model(Map<String, Object> attributes, String model) {
    int slash = model.indexOf('/');
    if (slash > 0) {
      attributes.put("gen_ai.provider.name", model.substring(0, slash));
      attributes.put("gen_ai.response.model", model.substring(slash + 1));
    }
  }

  private static void put(Map<String, Object> attributes, String name, @Nullable Object value) {
    if (value != null) {
      attributes.put(name, value);
    }
  }

  private static KeyValue attribute(Map.Entry<String, Object> entry) {
    return attribute(entry.getKey(), entry.getValue());
  }

  static KeyValue attribute(String name, Object value) {
    AnyValue.Builder any = AnyValue.newBuilder();
    switch (value) {
      case Boolean yes -> any.setBoolValue(yes);
      case Double number -> any.setDoubleValue(number);
      case Float number -> any.setDoubleValue(number);
      case Number number -> any.setIntValue(number.longValue());
      default -> any.setStringValue(value.toString());
    }
    return KeyValue.newBuilder().setKey(name).setValue(any).build();
  }
}
