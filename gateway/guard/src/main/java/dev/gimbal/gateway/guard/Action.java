package dev.gimbal.gateway.guard;

/// What a guard does about what it finds.
public enum Action {
  /// The call ends in an error.
  BLOCK,
  /// What was found gives way to a label or a pseudonym.
  REDACT,
  /// The call goes on and is marked.
  FLAG,
  /// The call goes on; a record is written.
  LOG;

  /// Whether the text may not go on before the guard has decided.
  public boolean acts() {
    return this == BLOCK || this == REDACT;
  }
}
