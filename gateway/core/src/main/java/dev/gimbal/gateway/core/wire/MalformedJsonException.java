package dev.gimbal.gateway.core.wire;

/// The bytes are not JSON. The message says what and where, without quoting them.
public final class MalformedJsonException extends Exception {
  private static final long serialVersionUID = 1L;

  MalformedJsonException(String problem, long at) {
    super(problem + " at byte " + at, null, false, false);
  }
}
