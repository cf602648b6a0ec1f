package dev.gimbal.gateway.core;

import dev.gimbal.gateway.core.call.CallModule;
import dev.gimbal.gateway.core.provider.ProviderCatalog;
import dev.gimbal.platform.http.Mount;

record WiredGateway(CallModule calls, ProviderCatalog catalog, Mount mount) implements GatewayRoom {

  @Override
  public void close() {
    calls.close();
    catalog.close();
  }
}
