package dev.gimbal.gateway.core.call;

import io.vertx.core.MultiMap;
import org.jspecify.annotations.Nullable;

/// What the headers of an upstream's answer say to whoever makes another answer of it.
final class UpstreamHead {
  private UpstreamHead() {}

  /// Whether the answer comes as events.
  static boolean events(MultiMap headers) {
    @Nullable String type = headers.get("content-type");
    String events = Outgoing.EVENTS;
    return type != null && type.regionMatches(true, 0, events, 0, events.length());
  }

  /// The headers of an answer of another type in its place: when to come again is still true.
  static MultiMap of(String type, MultiMap headers) {
    MultiMap said = MultiMap.caseInsensitiveMultiMap().add("content-type", type);
    @Nullable String retryAfter = headers.get("retry-after");
    if (retryAfter != null) {
      said.add("retry-after", retryAfter);
    }
    return said;
  }
}
