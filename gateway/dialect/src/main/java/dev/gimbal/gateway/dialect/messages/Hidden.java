package dev.gimbal.gateway.dialect.messages;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gimbal.gateway.dialect.Part;
import org.jspecify.annotations.Nullable;

/// Thinking that only its provider can read. Here it has data alone: the id that another provider
/// gave it goes in front of the data, so that it comes back with it. The signature of a tool call,
/// which has no place in a call of this dialect, stands as such data in front of the call.
final class Hidden {
  private static final String WITH_ID = "gimbal:";
  private static final String OF_CALL = "gimbal-call:";

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

  static ObjectNode ofCall(String signature) {
    return BlockWriter.typed("redacted_thinking").put("data", OF_CALL + signature);
  }

  /// The signature of the call behind it; null if the data are something else.
  static @Nullable String callSignature(String data) {
    return data.startsWith(OF_CALL) ? data.substring(OF_CALL.length()) : null;
  }
}
