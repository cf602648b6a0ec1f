package dev.gimbal.gateway.core;

import dev.gimbal.gateway.api.Gateway;
import dev.gimbal.observability.api.EvidenceListener;
import dev.gimbal.platform.http.Mount;
import dev.gimbal.platform.http.Route;
import java.util.List;

/// The gateway, wired. Close it after the HTTP server: running calls need its providers.
public interface GatewayRoom extends AutoCloseable {

  /// The door for code in this process.
  Gateway gateway();

  /// The dialects, under `/v1/` and `/v1beta/`.
  List<Mount> mounts();

  /// Routes under `/api`: models, providers, prices.
  List<Route> routes();

  /// Hears of the evidence that is kept: spend and metrics are counted by it, behind the calls.
  EvidenceListener listener();

  @Override
  void close();
}
