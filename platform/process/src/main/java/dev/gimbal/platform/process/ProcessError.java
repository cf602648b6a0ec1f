package dev.gimbal.platform.process;

import dev.gimbal.platform.errors.ErrorCode;

/// How a call to a child process can fail.
public enum ProcessError implements ErrorCode {
  CHILD_BUSY(503, Blame.RESOURCE, true, "Too many calls wait for a child process."),
  CHILD_UNSTARTABLE(500, Blame.RESOURCE, false, "The child process could not be started."),
  CHILD_TIMED_OUT(504, Blame.INTERNAL, false, "The child process passed its deadline; killed."),
  CHILD_DIED(500, Blame.INTERNAL, true, "The child process ended before it had answered."),
  CHILD_GARBLED(500, Blame.INTERNAL, false, "The child process answered nonsense; killed."),
  CHILD_INTERRUPTED(503, Blame.INTERNAL, true, "The caller was interrupted; the child killed."),
  CHILDREN_CLOSED(503, Blame.INTERNAL, true, "The pool of child processes is closed.");

  private final Facts facts;

  ProcessError(int status, Blame blame, boolean retryable, String meaning) {
    this.facts = new Facts(status, blame, retryable, meaning);
  }

  @Override
  public Facts facts() {
    return facts;
  }
}
