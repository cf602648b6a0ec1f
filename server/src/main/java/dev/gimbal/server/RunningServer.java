package dev.gimbal.server;

/// A server that listens.
interface RunningServer extends AutoCloseable {

  /// Where it is for people.
  String publicUrl();

  /// Takes no new work, lets running work end within the time to drain, then closes everything.
  @Override
  void close();
}
