package dev.gimbal.platform.http;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;

/// The one port. Thread-safe.
public interface HttpServer extends AutoCloseable {

  /// Binds and begins to serve; once.
  ///
  /// @return the address it is bound to, with the real port
  /// @throws HttpException [HttpError#SERVER_FAILED] if it cannot bind; the message says why
  InetSocketAddress start();

  /// Every route that it serves, its own included, for tests that walk all of them.
  List<Route> routes();

  /// Where people reach it, without a slash at the end: the configured public URL, or else one made
  /// from the bound address. After [#start].
  String publicUrl();

  /// How many requests are being handled, mounts included.
  int activeRequests();

  /// How many connections are open.
  int openConnections();

  /// Takes no new work (503) and waits at most `grace` until what runs has ended.
  ///
  /// @return whether everything ended in time
  boolean drain(Duration grace);

  /// Closes every connection at once and removes uploads in flight. Repeats safely.
  @Override
  void close();
}
