package dev.gimbal.gateway.core.cache;

import dev.gimbal.gateway.cache.StoredAnswer;
import dev.gimbal.gateway.provider.api.UpstreamListener;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;

/// Gives a kept answer again as if an upstream of the caller's own dialect gave it now.
public final class Replay {
  private Replay() {}

  /// Tells the listener the whole answer, at once; on the call's event loop.
  public static void run(StoredAnswer answer, UpstreamListener listener) {
    listener.head(
        answer.status(),
        MultiMap.caseInsensitiveMultiMap().add("content-type", answer.contentType()));
    listener.data(Buffer.buffer(answer.bytes()));
    listener.end();
  }
}
