package dev.gimbal.gateway.core;

import dev.gimbal.gateway.api.Gateway;
import dev.gimbal.gateway.core.call.CallModule;
import dev.gimbal.gateway.core.call.V1;
import dev.gimbal.gateway.core.provider.ProviderCatalog;
import dev.gimbal.observability.api.EvidenceListener;
import dev.gimbal.platform.http.Mount;
import dev.gimbal.platform.http.Route;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// @param parts closed in this order, after the calls
record WiredGateway(
    CallModule calls,
    List<AutoCloseable> parts,
    ProviderCatalog catalog,
    List<Route> routes,
    EvidenceListener listener)
    implements GatewayRoom {
  private static final Logger LOG = LoggerFactory.getLogger(WiredGateway.class);

  @Override
  public Gateway gateway() {
    return calls.inside();
  }

  @Override
  public List<Mount> mounts() {
    return V1.PREFIXES.stream().map(prefix -> new Mount(prefix, calls.v1()::handle)).toList();
  }

  @Override
  public void close() {
    calls.close();
    for (AutoCloseable part : parts) {
      try {
        part.close();
      } catch (Exception e) {
        LOG.warn("a part of the gateway could not be closed", e);
      }
    }
    catalog.close();
  }
}
