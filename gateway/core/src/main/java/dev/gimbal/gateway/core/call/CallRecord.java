package dev.gimbal.gateway.core.call;

import dev.gimbal.gateway.core.GatewayConfig.Content;
import dev.gimbal.observability.api.CallOpened;
import dev.gimbal.observability.api.CallSettled;
import dev.gimbal.observability.api.CallSettled.Hashes;
import dev.gimbal.observability.api.CallSettled.Outcome;
import dev.gimbal.observability.api.ContentRecord;
import dev.gimbal.observability.api.ContentRecord.Direction;
import dev.gimbal.observability.api.Ledger;
import dev.gimbal.observability.api.SpanRecord;
import dev.gimbal.platform.ids.Ids;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/// What the ledger is told of one call. For one thread at a time.
final class CallRecord {
  /// Hashing more takes milliseconds.
  private static final int HASHED_AT_ONCE = 1 << 20;

  /// Bytes of a text that is surely all the user said: fewer than are kept of it.
  private static final int LONGEST_WHOLE = 500;

  private static final int LONGEST_PATTERN = 64;

  private final Evidence evidence;
  private final CallTicket ticket;
  private final CallOpened.Kind kind;
  private String model;
  private Buffer input;
  private final long began = System.nanoTime();
  private final ContentCopy output;
  private final Map<String, Object> notes = new HashMap<>(4);
  private @Nullable Duration firstByte;
  private @Nullable String answeredBy;
  private @Nullable Long savedNanoUsd;

  /// Where evidence goes.
  ///
  /// @param beside runs what would hold the loop up
  record Evidence(Ledger ledger, Ids ids, Clock clock, Content content, Executor beside) {}

  /// Tokens and money at the end.
  record Tokens(
      @Nullable Long input,
      @Nullable Long cached,
      @Nullable Long output,
      boolean estimated,
      @Nullable Long costNanoUsd) {
    static final Tokens NONE = new Tokens(null, null, null, false, null);
  }

  /// How a call ended.
  ///
  /// @param error code of what went wrong; null if nothing did
  record End(Outcome outcome, int status, @Nullable String error) {}

  CallRecord(Evidence evidence, CallTicket ticket, CallOpened.Kind kind, String model) {
    this.evidence = evidence;
    this.ticket = ticket;
    this.kind = kind;
    this.model = model;
    this.input = ticket.body();
    this.output = new ContentCopy(evidence.content);
  }

  CompletionStage<Void> open(@Nullable Long reservedNanoUsd) {
    CallTicket.Origin origin = ticket.origin();
    return evidence.ledger.open(
        new CallOpened(
            ticket.principal().tenant(),
            ticket.id(),
            origin.parent(),
            origin.trace(),
            origin.parentSpan(),
            ticket.owner(),
            kind,
            ticket.fields().model(),
            model,
            ticket.fields().stream(),
            ticket.fields().items(),
            reservedNanoUsd,
            origin.tags(),
            ticket.at()));
  }

  /// The first event of the answer is here.
  void firstByte() {
    if (firstByte == null) {
      firstByte = Duration.ofNanos(System.nanoTime() - began);
    }
  }

  /// Which `provider/model` it goes to first; before it is opened.
  void model(String first) {
    model = first;
  }

  /// What is sent of the body, where guards changed it; before it is opened.
  void sends(Buffer body) {
    input = body;
  }

  /// Which `provider/model` answered, if it is not the one that the call was opened for.
  void answeredBy(String other) {
    answeredBy = other.equals(model) ? null : other;
  }

  /// Something else to be said of the call, on its span: text, a long, a double or a boolean.
  void note(String attribute, Object value) {
    notes.put(attribute, value);
  }

  /// What it would have cost beyond its cost; below zero where it cost more than it had to.
  void saved(long nanoUsd) {
    savedNanoUsd = savedNanoUsd == null ? nanoUsd : savedNanoUsd + nanoUsd;
  }

  void said(Buffer bytes) {
    output.add(bytes);
  }

  CompletionStage<Void> settle(End end, Tokens tokens) {
    Duration took = Duration.ofNanos(System.nanoTime() - began);
    Hashes hashes = contents();
    String text = searched();
    if (text != null) {
      evidence.ledger.span(span(end, tokens, text, took));
    }
    return evidence.ledger.settle(
        new CallSettled(
            ticket.principal().tenant(),
            ticket.id(),
            end.outcome,
            end.status,
            end.error,
            tokens.input,
            tokens.cached,
            tokens.output,
            tokens.estimated,
            tokens.costNanoUsd,
            savedNanoUsd,
            answeredBy,
            text == null ? new CallSettled.Step(root(), notes) : null,
            hashes,
            firstByte,
            took,
            evidence.clock.instant()));
  }

  /// Keeps what was said; hashes are the record's, but for one that takes long.
  private @Nullable Hashes contents() {
    boolean hash = evidence.content == Content.HASH;
    if (hash && input.length() <= HASHED_AT_ONCE) {
      return new Hashes(copied().hash(), output.hash());
    }
    if (hash) {
      evidence.beside.execute(() -> keep(copied(), Direction.INPUT));
    } else {
      keep(copied(), Direction.INPUT);
    }
    keep(output, Direction.OUTPUT);
    return null;
  }

  private ContentCopy copied() {
    ContentCopy copy = new ContentCopy(evidence.content);
    copy.add(input);
    return copy;
  }

  private void keep(ContentCopy copy, Direction direction) {
    ContentRecord record = copy.record(ticket.principal().tenant(), ticket.id(), direction);
    if (record != null) {
      evidence.ledger.content(record);
    }
  }

  private SpanRecord span(End end, Tokens tokens, @Nullable String text, Duration took) {
    Map<String, Object> attributes = new HashMap<>(notes);
    attributes.put("gimbal.call", Ledger.text(ticket.id()));
    attributes.put("gen_ai.operation.name", operation());
    attributes.put("gen_ai.request.model", ticket.fields().model());
    attributes.put("http.response.status_code", (long) end.status);
    if (ticket.origin().outside()) {
      attributes.put(SpanRecord.ROOT, true);
    }
    if (tokens.input != null) {
      attributes.put("gen_ai.usage.input_tokens", tokens.input);
    }
    if (tokens.output != null) {
      attributes.put("gen_ai.usage.output_tokens", tokens.output);
    }
    return new SpanRecord(
        ticket.principal().tenant(),
        evidence.ids.next(),
        ticket.origin().trace(),
        ticket.origin().parentSpan(),
        "gateway." + operation(),
        ticket.owner(),
        answeredBy == null ? model : answeredBy,
        end.error,
        attributes,
        ticket.origin().tags(),
        text,
        ticket.at(),
        took);
  }

  /// As [SpanRecord#root].
  private boolean root() {
    return ticket.origin().parentSpan() == null || ticket.origin().outside();
  }

  /// Where contents are redacted, the end of a text that may have been cut goes: half a number is
  /// known by no pattern.
  private @Nullable String searched() {
    String text = ticket.fields().text();
    return switch (evidence.content) {
      case FULL -> text;
      case REDACTED ->
          text != null && text.getBytes(StandardCharsets.UTF_8).length > LONGEST_WHOLE
              ? text.substring(0, text.offsetByCodePoints(text.length(), -LONGEST_PATTERN))
              : text;
      case HASH, OFF -> null;
    };
  }

  private String operation() {
    return kind.name().toLowerCase(Locale.ROOT);
  }
}
