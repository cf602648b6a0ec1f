package dev.gimbal.observability.core;

import dev.gimbal.observability.api.CallOpened;
import dev.gimbal.observability.api.CallSettled;
import dev.gimbal.observability.api.ContentRecord;
import dev.gimbal.observability.api.Ledger;
import dev.gimbal.observability.api.SpanRecord;
import dev.gimbal.observability.core.journal.Journal;
import dev.gimbal.observability.core.redaction.Redaction;
import dev.gimbal.observability.core.writer.LedgerWriter;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/// [Ledger] on the journal and its writer; what the content policy forbids goes no further.
final class JournaledLedger implements Ledger {
  private final Journal journal;
  private final LedgerWriter writer;
  private final Redactor redactor;
  private final ContentPolicy policy;

  JournaledLedger(Journal journal, LedgerWriter writer, Redactor redactor, ContentPolicy policy) {
    this.journal = journal;
    this.writer = writer;
    this.redactor = redactor;
    this.policy = policy;
  }

  @Override
  public CompletionStage<Void> open(CallOpened call) {
    return journal.open(call);
  }

  @Override
  public CompletionStage<Void> settle(CallSettled call) {
    return journal.settle(call);
  }

  @Override
  public void span(SpanRecord span) {
    switch (policy) {
      case FULL -> journal.span(span);
      case REDACTED -> redactor.span(span);
      case HASH, OFF -> journal.span(withText(span, null));
    }
  }

  @Override
  public void content(ContentRecord content) {
    switch (policy) {
      case FULL -> journal.content(content);
      case REDACTED -> redactor.content(content);
      case HASH -> journal.content(content.hashed() ? content : hashed(content));
      case OFF -> {}
    }
  }

  @Override
  public CompletionStage<Void> flushed() {
    return redactor
        .passed()
        .thenCompose(passed -> journal.written())
        .thenCompose(writer::committed);
  }

  static SpanRecord withText(SpanRecord span, @Nullable String text) {
    return new SpanRecord(
        span.tenant(),
        span.id(),
        span.trace(),
        span.parent(),
        span.name(),
        span.principal(),
        span.model(),
        span.error(),
        span.attributes(),
        span.tags(),
        text,
        span.start(),
        span.took());
  }

  private static ContentRecord hashed(ContentRecord content) {
    byte[] hash = Redaction.hash(content.body()).getBytes(StandardCharsets.US_ASCII);
    return new ContentRecord(
        content.tenant(), content.id(), content.direction(), hash, content.complete(), true);
  }
}
