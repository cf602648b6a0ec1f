package dev.gimbal.gateway.conformance;

/// Ends a case before its end, with a verdict.
final class Judged extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final Verdict verdict;

  Judged(Verdict verdict, String words) {
    super(words, null, false, false);
    this.verdict = verdict;
  }

  Verdict verdict() {
    return verdict;
  }
}
