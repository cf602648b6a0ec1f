package dev.gimbal.gateway.conformance.wire;

import java.util.Locale;

/// The wires that callers and upstreams speak.
public enum Wire {
  CHAT(new ChatForm()),
  RESPONSES(new ResponsesForm()),
  MESSAGES(new MessagesForm()),
  GEMINI(new GeminiForm());

  private final WireForm form;

  Wire(WireForm form) {
    this.form = form;
  }

  /// How it writes and reads.
  public WireForm form() {
    return form;
  }

  /// Its name in tables and options.
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
