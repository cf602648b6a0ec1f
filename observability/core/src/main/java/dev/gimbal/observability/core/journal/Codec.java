package dev.gimbal.observability.core.journal;

import dev.gimbal.observability.api.CallOpened;
import dev.gimbal.observability.api.CallSettled;
import dev.gimbal.observability.api.ContentRecord;
import dev.gimbal.observability.api.SpanRecord;
import dev.gimbal.observability.api.TraceContext;
import dev.gimbal.platform.ids.TenantId;
import dev.gimbal.platform.json.Json;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/// The binary form of an entry. Its first byte says what it is and in which edition, so that a
/// journal that an earlier version left behind can be read. Whatever is longer than the database
/// could index or a person would read is cut here, once.
public final class Codec {
  private static final int STARTED = 1;
  private static final int OPENED = 2;
  private static final int SETTLED = 3;
  private static final int STEP = 4;
  private static final int SAID = 5;

  /// An end that says which model answered.
  private static final int SETTLED_BY = 6;

  /// An end that says whether the call is its own step of its trace.
  private static final int SETTLED_STEP = 7;

  /// An end that says what was saved.
  private static final int SETTLED_SAVED = 8;

  private static final int LONGEST_NAME = 300;
  private static final int LONGEST_TAG = 100;
  private static final int MOST_TAGS = 16;
  private static final int LONGEST_TEXT = 4_000;
  private static final int LONGEST_ATTRIBUTES = 64_000;

  /// Of attributes that are remembered.
  private static final int LONGEST_REMEMBERED = 2_000;

  private static final JsonMemo JSON = new JsonMemo(Codec::json);
  private static final Memo<String, Map<String, Object>> READ = new Memo<>();
  private static final int LONGEST_BODY = 1 << 20;

  private Codec() {}

  /// An entry as it stands in the journal.
  public static byte[] bytes(Entry entry) {
    Encoder encoder = new Encoder();
    write(entry, encoder);
    return Arrays.copyOf(encoder.array(), encoder.length());
  }

  static void write(Entry entry, Encoder out) {
    switch (entry) {
      case Entry.Started started -> {
        out.octet(STARTED);
        out.instant(started.at());
      }
      case Entry.Opened opened -> write(opened.call(), out);
      case Entry.Settled settled -> write(settled.call(), out);
      case Entry.Step step -> write(step.span(), out);
      case Entry.Said said -> write(said, out);
    }
  }

  private static void write(CallOpened call, Encoder out) {
    out.octet(OPENED);
    out.id(call.tenant().value());
    out.id(call.id());
    out.idOrNull(call.parent());
    write(call.trace(), out);
    out.textOrNull(call.parentSpan(), LONGEST_TAG);
    out.text(call.principal(), LONGEST_NAME);
    out.text(call.kind().name(), LONGEST_NAME);
    out.text(call.requested(), LONGEST_NAME);
    out.text(call.model(), LONGEST_NAME);
    out.bool(call.stream());
    out.integer(call.items());
    out.numberOrNull(call.reservedNanoUsd());
    out.texts(call.tags(), MOST_TAGS, LONGEST_TAG);
    out.instant(call.at());
  }

  private static void write(CallSettled call, Encoder out) {
    out.octet(SETTLED_SAVED);
    out.id(call.tenant().value());
    out.id(call.id());
    out.text(call.outcome().name(), LONGEST_NAME);
    out.integer(call.status());
    out.textOrNull(call.error(), LONGEST_TAG);
    out.numberOrNull(call.inputTokens());
    out.numberOrNull(call.cachedTokens());
    out.numberOrNull(call.outputTokens());
    out.bool(call.estimated());
    out.numberOrNull(call.costNanoUsd());
    out.durationOrNull(call.firstByte());
    out.number(call.took().toNanos());
    out.instant(call.at());
    out.textOrNull(call.model(), LONGEST_NAME);
    CallSettled.Step step = call.step();
    out.bool(step != null);
    if (step != null) {
      out.bool(step.root());
      out.text(JSON.of(step.attributes()), LONGEST_ATTRIBUTES);
    }
    CallSettled.Hashes hashes = call.hashes();
    out.bool(hashes != null);
    if (hashes != null) {
      out.textOrNull(hashes.input(), LONGEST_TAG);
      out.textOrNull(hashes.output(), LONGEST_TAG);
    }
    out.numberOrNull(call.savedNanoUsd());
  }

  private static void write(SpanRecord span, Encoder out) {
    out.octet(STEP);
    out.id(span.tenant().value());
    out.id(span.id());
    write(span.trace(), out);
    out.textOrNull(span.parent(), LONGEST_TAG);
    out.text(span.name(), LONGEST_NAME);
    out.text(span.principal(), LONGEST_NAME);
    out.textOrNull(span.model(), LONGEST_NAME);
    out.textOrNull(span.error(), LONGEST_TAG);
    out.text(JSON.of(span.attributes()), LONGEST_ATTRIBUTES);
    out.texts(span.tags(), MOST_TAGS, LONGEST_TAG);
    out.textOrNull(span.text(), LONGEST_TEXT);
    out.instant(span.start());
    out.number(span.took().toNanos());
  }

  private static void write(Entry.Said said, Encoder out) {
    ContentRecord content = said.content();
    boolean fits = content.body().length <= LONGEST_BODY;
    out.octet(SAID);
    out.id(content.tenant().value());
    out.id(content.id());
    out.text(content.direction().name(), LONGEST_NAME);
    out.bool(content.complete() && fits);
    out.bool(content.hashed());
    out.idOrNull(said.dataKey());
    out.blob(fits ? content.body() : Arrays.copyOf(content.body(), LONGEST_BODY));
  }

  private static void write(TraceContext trace, Encoder out) {
    out.text(trace.traceId(), LONGEST_TAG);
    out.text(trace.spanId(), LONGEST_TAG);
  }

  /// Values that are not of the kinds promised become text, and JSON that would be cut in the
  /// middle is left out whole: the database must be able to read it.
  private static String json(Map<String, ?> attributes) {
    Map<String, Object> plain = HashMap.newHashMap(attributes.size());
    attributes.forEach(
        (name, value) -> {
          switch (value) {
            case Boolean bool -> plain.put(clean(name), bool);
            case Integer number -> plain.put(clean(name), number);
            case Long number -> plain.put(clean(name), number);
            case Double number when Double.isFinite(number) -> plain.put(clean(name), number);
            default -> plain.put(clean(name), clean(value.toString()));
          }
        });
    String json = Json.write(plain);
    return json.length() <= LONGEST_ATTRIBUTES ? json : "{\"cut\":true}";
  }

  /// Neither NUL nor half a surrogate pair is text to the database's JSON.
  private static String clean(String text) {
    return isClean(text) ? text : cleaned(text);
  }

  /// Whether nothing is to be left out, as nearly always.
  private static boolean isClean(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == 0 || Character.isSurrogate(c)) {
        return false;
      }
    }
    return true;
  }

  private static String cleaned(String text) {
    StringBuilder kept = new StringBuilder(text.length());
    text.codePoints()
        .filter(point -> point != 0 && (point < 0xD800 || point > 0xDFFF))
        .forEach(kept::appendCodePoint);
    return kept.toString();
  }

  /// The entry that [#bytes] wrote.
  ///
  /// @throws IllegalStateException if it is of an edition that this version does not know
  public static Entry read(ByteBuffer bytes) {
    Decoder in = new Decoder(bytes);
    int kind = in.octet();
    return switch (kind) {
      case STARTED -> new Entry.Started(in.instant());
      case OPENED -> new Entry.Opened(opened(in));
      case SETTLED, SETTLED_BY, SETTLED_STEP, SETTLED_SAVED -> new Entry.Settled(settled(in, kind));
      case STEP -> new Entry.Step(span(in));
      case SAID -> said(in);
      default -> throw new IllegalStateException("unknown kind of journal entry: " + kind);
    };
  }

  private static CallOpened opened(Decoder in) {
    return new CallOpened(
        new TenantId(in.id()),
        in.id(),
        in.idOrNull(),
        trace(in),
        in.textOrNull(),
        in.text(),
        CallOpened.Kind.valueOf(in.text()),
        in.text(),
        in.text(),
        in.bool(),
        in.integer(),
        in.numberOrNull(),
        in.texts(),
        in.instant());
  }

  private static CallSettled settled(Decoder in, int kind) {
    TenantId tenant = new TenantId(in.id());
    UUID id = in.id();
    CallSettled.Outcome outcome = CallSettled.Outcome.valueOf(in.text());
    int status = in.integer();
    String error = in.textOrNull();
    Long input = in.numberOrNull();
    Long cached = in.numberOrNull();
    Long output = in.numberOrNull();
    boolean estimated = in.bool();
    Long cost = in.numberOrNull();
    Duration firstByte = in.durationOrNull();
    Duration took = in.duration();
    Instant at = in.instant();
    String model =
        switch (kind) {
          case SETTLED_BY -> in.text();
          case SETTLED_STEP, SETTLED_SAVED -> in.textOrNull();
          default -> null;
        };
    boolean tellsStep = kind == SETTLED_STEP || kind == SETTLED_SAVED;
    boolean step = tellsStep && in.bool();
    CallSettled.Step ofTrace = step ? new CallSettled.Step(in.bool(), attributes(in.text())) : null;
    boolean hashed = tellsStep && in.bool();
    CallSettled.Hashes hashes =
        hashed ? new CallSettled.Hashes(in.textOrNull(), in.textOrNull()) : null;
    Long saved = kind == SETTLED_SAVED ? in.numberOrNull() : null;
    return new CallSettled(
        tenant, id, outcome, status, error, input, cached, output, estimated, cost, saved, model,
        ofTrace, hashes, firstByte, took, at);
  }

  private static SpanRecord span(Decoder in) {
    return new SpanRecord(
        new TenantId(in.id()),
        in.id(),
        trace(in),
        in.textOrNull(),
        in.text(),
        in.text(),
        in.textOrNull(),
        in.textOrNull(),
        attributes(in.text()),
        in.texts(),
        in.textOrNull(),
        in.instant(),
        in.duration());
  }

  private static Entry.Said said(Decoder in) {
    TenantId tenant = new TenantId(in.id());
    UUID id = in.id();
    ContentRecord.Direction direction = ContentRecord.Direction.valueOf(in.text());
    boolean complete = in.bool();
    boolean hashed = in.bool();
    UUID dataKey = in.idOrNull();
    return new Entry.Said(
        new ContentRecord(tenant, id, direction, in.blob(), complete, hashed), dataKey);
  }

  private static TraceContext trace(Decoder in) {
    return new TraceContext(in.text(), in.text());
  }

  private static Map<String, Object> attributes(String json) {
    if (json.equals("{}")) {
      return Map.of();
    }
    return json.length() > LONGEST_REMEMBERED ? read(json) : READ.of(json, Codec::read);
  }

  private static Map<String, Object> read(String json) {
    Map<String, Object> values = new HashMap<>();
    Map<?, ?> read = Json.read(json, Map.class);
    read.forEach((name, value) -> values.put(String.valueOf(name), value));
    return Map.copyOf(values);
  }
}
