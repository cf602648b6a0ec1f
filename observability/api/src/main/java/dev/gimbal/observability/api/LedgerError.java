package dev.gimbal.observability.api;

import dev.gimbal.platform.errors.ErrorCode;

/// Why evidence could not be kept or found.
public enum LedgerError implements ErrorCode {
  LEDGER_FULL(503, Blame.RESOURCE, true, "The journal's disk or queue is full; no call is taken."),
  CALL_UNKNOWN(404, Blame.USER, false, "There is no call of this id."),
  TRACE_UNKNOWN(404, Blame.USER, false, "There is no trace of this id.");

  private final Facts facts;

  LedgerError(int status, Blame blame, boolean retryable, String meaning) {
    this.facts = new Facts(status, blame, retryable, meaning);
  }

  @Override
  public Facts facts() {
    return facts;
  }
}
