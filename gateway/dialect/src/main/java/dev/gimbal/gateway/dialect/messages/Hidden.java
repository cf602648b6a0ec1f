package dev.gimbal.gateway.dialect.messages;

import dev.gimbal.gateway.dialect.Part;
import org.jspecify.annotations.Nullable;

/// Thinking that only its provider can read. Here it has data alone: the id that another provider
/// gave it goes in front of the data, so that it comes back with it.
final class Hidden {
  private static final String WITH_ID = "gimbal:";

  private Hidden() {}

  static Part.HiddenThinking read(String data) {
    int colon = data.startsWith(WITH_ID) ? data.indexOf(':', WITH_ID.length()) : -1;
    return colon < 0
        ? new Part.HiddenThinking(null, data)
        : new Part.HiddenThinking(
            data.substring(WITH_ID.length(), colon), data.substring(colon + 1));
  }

  static String data(@Nullable String id, String data) {
    return id == null ? data : WITH_ID + id + ":" + data;
  }
}
