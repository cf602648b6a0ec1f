package dev.gimbal.gateway.provider.http;

import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;

/// Hears of one request on a [Connection]: `head`, then pieces, then `end`; or `broken` at any
/// point, after which nothing more comes. On the connection's event loop.
interface Exchange {

  /// Runs what is told here as the work of whose call it is.
  void run(Runnable told);

  void head(int status, MultiMap headers);

  /// A piece of the body, decompressed.
  void data(Buffer bytes);

  /// What the connection had was told; there may be more later.
  void told();

  void end();

  void broken(Throwable cause);

  /// After [Connection#sendPiece] said that the upstream takes no more for now: it does.
  void writable();
}
