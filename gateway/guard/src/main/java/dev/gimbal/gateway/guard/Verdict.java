package dev.gimbal.gateway.guard;

import java.util.Map;

/// What a guard said of one place of a call. It never holds a text.
///
/// @param kind of the guard's rule
/// @param found kinds of what was found, with how often
public record Verdict(
    String guard,
    String kind,
    Place place,
    Action action,
    Outcome outcome,
    Map<String, Integer> found) {

  /// How it went.
  public enum Outcome {
    /// It found nothing.
    PASSED,
    /// It found nothing in what it can read; beside that stood a picture, a sound or a file.
    NOT_SCANNED,
    /// It found something and did what was declared.
    FOUND,
    /// It could not judge; `action` tells nothing, the call went on or not as declared.
    FAILED
  }

  public Verdict {
    found = Map.copyOf(found);
  }
}
