package dev.gimbal.gateway.conformance;

/// How a case ended.
public enum Verdict {
  PASS("ok"),
  FAIL("FAIL"),
  /// The gateway said plainly that it does not do this.
  NOT_SUPPORTED("no"),
  /// The row has no meaning for the pair, or needs what the target was not set up with.
  NOT_APPLICABLE("-");

  private final String sign;

  Verdict(String sign) {
    this.sign = sign;
  }

  /// As a cell of the table shows it.
  public String sign() {
    return sign;
  }
}
