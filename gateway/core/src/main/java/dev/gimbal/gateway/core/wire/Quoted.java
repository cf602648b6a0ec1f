package dev.gimbal.gateway.core.wire;

import com.fasterxml.jackson.core.io.JsonStringEncoder;

/// Text as JSON text.
public final class Quoted {
  private Quoted() {}

  /// The text in quotes, escaped.
  public static String of(String text) {
    return "\"" + new String(JsonStringEncoder.getInstance().quoteAsString(text)) + "\"";
  }
}
