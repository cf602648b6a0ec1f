package dev.gimbal.platform.http;

import java.io.IOException;

/// The client went away or stalled while its body was read: there is nobody to answer.
final class BodyLostException extends IOException {
  private static final long serialVersionUID = 1L;

  BodyLostException(String message) {
    super(message);
  }
}
