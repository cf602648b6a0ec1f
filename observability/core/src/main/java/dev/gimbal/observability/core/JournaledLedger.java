package dev.gimbal.observability.core;

import dev.gimbal.observability.api.CallOpened;
import dev.gimbal.observability.api.CallSettled;
import dev.gimbal.observability.api.ContentRecord;
import dev.gimbal.observability.api.Ledger;
import dev.gimbal.observability.api.SpanRecord;
import dev.gimbal.observability.core.journal.Journal;
import dev.gimbal.observability.core.redaction.Redaction;
import dev.gimbal.observability.core.writer.LedgerTail;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletionStage;

/// [Ledger] on the journal and its writer; what the content policy forbids goes no further.
/// Tags are no content, and calls are found by them: they stay under every policy, but unless it
/// is `full` without the personal data and secrets that have a form. They are short, so they are
/// looked at where they come in, before a call is opened.
final class JournaledLedger implements Ledger {
  private final Journal journal;
  private final LedgerTail writer;
  private final Redactor redactor;
  private final ContentPolicy policy;

  JournaledLedger(Journal journal, LedgerTail writer, Redactor redactor, ContentPolicy policy) {
    this.journal = journal;
    this.writer = writer;
    this.redactor = redactor;
    this.policy = policy;
  }

  @Override
  public CompletionStage<Void> open(CallOpened call) {
    return journal.open(call.tags().isEmpty() ? call : call.withTags(kept(call.tags())));
  }

  @Override
  public CompletionStage<Void> settle(CallSettled call) {
    return journal.settle(call);
  }

  private Map<String, String> kept(Map<String, String> tags) {
    if (policy == ContentPolicy.FULL) {
      return tags;
    }
    Map<String, String> kept = new HashMap<>();
    tags.forEach((name, value) -> kept.put(Redaction.text(name), Redaction.text(value)));
    return kept;
  }

  @Override
  public void span(SpanRecord span) {
    SpanRecord tagged = span.tags().isEmpty() ? span : span.withTags(kept(span.tags()));
    switch (policy) {
      case FULL -> journal.span(tagged);
      case REDACTED -> redactor.span(tagged);
      case HASH, OFF -> journal.span(tagged.withText(null));
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

  private static ContentRecord hashed(ContentRecord content) {
    byte[] hash = Redaction.hash(content.body()).getBytes(StandardCharsets.US_ASCII);
    return new ContentRecord(
        content.tenant(), content.id(), content.direction(), hash, content.complete(), true);
  }
}
