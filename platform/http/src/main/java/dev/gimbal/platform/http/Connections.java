package dev.gimbal.platform.http;

import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.impl.ConnectionBase;

/// Closes connections for good.
final class Connections {
  private Connections() {}

  /// Closes at once and throws away what was not sent. Vert.x's own close first waits until
  /// everything was sent, which a client that reads nothing would make last for ever. On the event
  /// loop.
  static void cut(HttpConnection connection) {
    if (connection instanceof ConnectionBase base) {
      // Past the pipeline, in which Vert.x would wait again.
      base.channel().unsafe().close(base.channel().voidPromise());
    } else {
      connection.close();
    }
  }
}
