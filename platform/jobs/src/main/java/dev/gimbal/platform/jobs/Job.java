package dev.gimbal.platform.jobs;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// How a job stands.
///
/// @param done steps that ended, failed ones included
/// @param total steps in all; 0 if unknown yet
/// @param failed steps that failed
/// @param failures reasons of the first 1,000 failed steps
public record Job(
    UUID id,
    String kind,
    String owner,
    State state,
    long done,
    long total,
    long failed,
    List<Failure> failures,
    Instant created,
    @Nullable Instant ended) {

  /// Prefix of its id's text form.
  public static final String PREFIX = "job";

  public Job {
    failures = List.copyOf(failures);
  }

  /// The life of a job.
  public enum State {
    WAITING,
    RUNNING,
    SUCCEEDED,
    /// It ended and at least one step failed, or it could not go on.
    FAILED,
    CANCELLED
  }

  /// Why a step failed.
  ///
  /// @param item what the step was about, a document's key for instance
  /// @param code of the error
  /// @param message one sentence for a person
  public record Failure(String item, String code, String message) {}
}
