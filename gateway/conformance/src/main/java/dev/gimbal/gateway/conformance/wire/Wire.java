package dev.gimbal.gateway.conformance.wire;

import java.util.Locale;

/// The wires that callers and upstreams speak.
public enum Wire {
  CHAT,
  RESPONSES,
  MESSAGES,
  GEMINI;

  /// How it writes and reads.
  public WireForm form() {
    return switch (this) {
      case CHAT -> new ChatForm();
      case RESPONSES -> new ResponsesForm();
      case MESSAGES -> new MessagesForm();
      case GEMINI -> new GeminiForm();
    };
  }

  /// Its name in tables and options.
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
