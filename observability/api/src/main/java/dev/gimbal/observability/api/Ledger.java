package dev.gimbal.observability.api;

import java.util.UUID;
import java.util.concurrent.CompletionStage;

/// The record of every model call and of the steps around it. A call that was opened becomes
/// exactly
/// one row, whatever is killed: opened and never settled, it is `unknown` at its reserved price.
/// Thread-safe; never blocks; safe to call on event loops.
public interface Ledger {

  /// Puts a call on record before it is dispatched. Completes when the operating system has it, so
  /// that it outlives this process; dispatch waits for that.
  ///
  /// Opening a call again that is open changes what it is reserved at, and nothing else.
  ///
  /// Fails with [LedgerException] ([LedgerError#LEDGER_FULL]) when the journal's disk or queue is
  /// full:
  /// the call must be refused.
  CompletionStage<Void> open(CallOpened call);

  /// Puts the end of a call on record. Completes when it is synced to disk; the last byte of the
  /// answer waits for that. Settling a call twice keeps the first.
  CompletionStage<Void> settle(CallSettled call);

  /// Records a step. Kept in order with calls; under overload spans are dropped and counted, calls
  /// never.
  void span(SpanRecord span);

  /// Records what was said, as far as the content policy of the tenant lets it; may be dropped and
  /// counted under overload.
  void content(ContentRecord content);

  /// Completes when everything recorded before is in the database: for tests and for answers that
  /// name a record.
  CompletionStage<Void> flushed();

  /// Prefix of a call id's text form.
  String CALL_PREFIX = "call";

  /// The text form of a call's id.
  static String text(UUID call) {
    return dev.gimbal.platform.ids.IdText.format(CALL_PREFIX, call);
  }
}
