package dev.gimbal.observability.core.writer;

import dev.gimbal.observability.api.CallOpened;
import dev.gimbal.observability.api.CallSettled;
import dev.gimbal.observability.api.CallSettled.Outcome;
import dev.gimbal.observability.api.ContentRecord;
import dev.gimbal.observability.api.SpanRecord;
import dev.gimbal.observability.core.SearchTokens;
import dev.gimbal.observability.core.journal.Codec;
import dev.gimbal.observability.core.journal.Entry;
import dev.gimbal.observability.core.journal.JsonMemo;
import dev.gimbal.platform.json.Json;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Each table's columns, in the order of the values that are copied into them.
final class Rows {
  static final String CALL =
      """
      observability.call (tenant_id, id, parent, trace_id, span_id, parent_span_id, principal, kind,
        requested, model, stream, items, reserved_nano_usd, tags, at, outcome, status, error,
        input_tokens, cached_tokens, output_tokens, estimated, cost_nano_usd, first_byte_us,
        took_us, root, attributes, input_hash, output_hash, saved_nano_usd)""";
  static final String SPAN =
      """
      observability.span (tenant_id, id, trace_id, span_id, parent_span_id, root, name, principal,
        model, error, attributes, tags, text, tokens, start, took_us)""";
  static final String CONTENT =
      "observability.content (tenant_id, id, direction, body, complete, hashed, data_key_id)";
  static final String OPENED = "observability.opened (tenant_id, journal, id, entry)";

  private static final JsonMemo JSON = new JsonMemo(Json::write);
  private static final Map<CallOpened.Kind, String> KINDS = words(CallOpened.Kind.class);
  private static final Map<Outcome, String> OUTCOMES = words(Outcome.class);

  private Rows() {}

  static void call(CallRow row, CopyRows copy) {
    CallOpened opened = row.opened();
    CallSettled settled = row.settled();
    copy.row(30)
        .id(opened.tenant().value())
        .id(opened.id())
        .id(opened.parent())
        .text(opened.trace().traceId())
        .text(opened.trace().spanId())
        .text(opened.parentSpan())
        .text(opened.principal())
        .text(KINDS.get(opened.kind()))
        .text(opened.requested())
        .text(model(row))
        .bool(opened.stream())
        .integer(opened.items())
        .number(opened.reservedNanoUsd())
        .json(JSON.of(opened.tags()))
        .instant(opened.at());
    if (settled == null) {
      copy.text(OUTCOMES.get(Outcome.UNKNOWN))
          .integer(null)
          .text(null)
          .number(null)
          .number(null)
          .number(null)
          .bool(false)
          .number(opened.reservedNanoUsd())
          .micros(null)
          .micros(null)
          .bool(null)
          .text(null)
          .hash(null)
          .hash(null)
          .number(null);
    } else {
      CallSettled.Step step = settled.step();
      CallSettled.Hashes hashes = settled.hashes();
      copy.text(OUTCOMES.get(settled.outcome()))
          .integer(settled.status())
          .text(settled.error())
          .number(settled.inputTokens())
          .number(settled.cachedTokens())
          .number(settled.outputTokens())
          .bool(settled.estimated())
          .number(settled.costNanoUsd())
          .micros(settled.firstByte())
          .micros(settled.took())
          .bool(step == null ? null : step.root())
          .text(step == null || step.attributes().isEmpty() ? null : JSON.of(step.attributes()))
          .hash(hashes == null ? null : hashes.input())
          .hash(hashes == null ? null : hashes.output())
          .number(settled.savedNanoUsd());
    }
  }

  /// The model that answered, or the one that was to.
  static String model(CallRow row) {
    CallSettled settled = row.settled();
    String answered = settled == null ? null : settled.model();
    return answered == null ? row.opened().model() : answered;
  }

  static String word(CallOpened.Kind kind) {
    return lower(kind);
  }

  static void span(SpanRecord span, CopyRows copy) {
    Map<String, Object> attributes = new TreeMap<>(span.attributes());
    attributes.remove(SpanRecord.ROOT);
    copy.row(16)
        .id(span.tenant().value())
        .id(span.id())
        .text(span.trace().traceId())
        .text(span.trace().spanId())
        .text(span.parent())
        .bool(span.root())
        .text(span.name())
        .text(span.principal())
        .text(span.model())
        .text(span.error())
        .json(JSON.of(attributes))
        .json(JSON.of(span.tags()))
        .text(span.text())
        .texts(tokens(span))
        .instant(span.start())
        .micros(span.took());
  }

  static void content(Entry.Said said, CopyRows copy) {
    ContentRecord content = said.content();
    copy.row(7)
        .id(content.tenant().value())
        .id(content.id())
        .text(lower(content.direction()))
        .bytes(content.body())
        .bool(content.complete())
        .bool(content.hashed())
        .id(said.dataKey());
  }

  static void opened(CallOpened call, UUID journal, CopyRows copy) {
    copy.row(4)
        .id(call.tenant().value())
        .id(journal)
        .id(call.id())
        .bytes(Codec.bytes(new Entry.Opened(call)));
  }

  private static @Nullable List<String> tokens(SpanRecord span) {
    String text = span.text();
    return text == null || !span.root() ? null : SearchTokens.kept(span.tenant(), text);
  }

  private static <E extends Enum<E>> Map<E, String> words(Class<E> type) {
    Map<E, String> words = new EnumMap<>(type);
    for (E value : type.getEnumConstants()) {
      words.put(value, lower(value));
    }
    return words;
  }

  private static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
