package dev.gimbal.gateway.core;

import dev.gimbal.platform.http.Mount;

/// The gateway, wired. Close it after the HTTP server: running calls need its providers.
public interface GatewayRoom extends AutoCloseable {

  /// The dialects, under `/v1/`.
  Mount mount();

  @Override
  void close();
}
