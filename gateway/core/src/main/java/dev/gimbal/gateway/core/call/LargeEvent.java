package dev.gimbal.gateway.core.call;

import dev.gimbal.gateway.core.wire.EventSplitter;
import dev.gimbal.gateway.dialect.DialectException;
import io.vertx.core.buffer.Buffer;

/// An event that came in parts because it is large, as one that holds a picture is: put together
/// where it has to be read whole. On the call's event loop.
final class LargeEvent {
  /// A larger event is none that a model wrote.
  private static final int LARGEST = 32 << 20;

  private final EventSplitter splitter;
  private Buffer parts = Buffer.buffer();

  LargeEvent(EventSplitter splitter) {
    this.splitter = splitter;
  }

  /// Takes a part; with the last one the event is handed on.
  ///
  /// @throws DialectException if the event is too large
  void part(byte[] bytes, int from, int to, EventSplitter.Handler whole) {
    if (parts.length() + (to - from) > LARGEST) {
      throw new DialectException("event", "is larger than " + LARGEST + " bytes");
    }
    parts.appendBytes(bytes, from, to - from);
    if (splitter.atBoundary()) {
      byte[] event = parts.getBytes();
      parts = Buffer.buffer();
      whole.event(event, 0, event.length);
    }
  }
}
