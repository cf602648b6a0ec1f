package dev.gimbal.platform.jobs;

import dev.gimbal.platform.errors.ErrorCode;

/// What can go wrong with a job as a whole; stands in its failures.
public enum JobsError implements ErrorCode {
  JOB_FAILED(500, Blame.INTERNAL, "The job could not go on, after all its retries."),
  JOB_KIND_UNKNOWN(500, Blame.RESOURCE, "No node knows how to run jobs of this kind."),
  JOB_ABANDONED(500, Blame.INTERNAL, "Every node that ran the job stopped while it did.");

  private final Facts facts;

  JobsError(int status, Blame blame, String meaning) {
    this.facts = new Facts(status, blame, false, meaning);
  }

  @Override
  public Facts facts() {
    return facts;
  }
}
