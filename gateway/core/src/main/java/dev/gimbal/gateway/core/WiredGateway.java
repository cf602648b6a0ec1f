package dev.gimbal.gateway.core;

import dev.gimbal.gateway.api.Gateway;
import dev.gimbal.gateway.core.call.CallModule;
import dev.gimbal.gateway.core.call.V1;
import dev.gimbal.gateway.core.provider.ConfigurationFollower;
import dev.gimbal.gateway.core.provider.ProviderCatalog;
import dev.gimbal.platform.http.Mount;
import dev.gimbal.platform.http.Route;
import java.util.List;

record WiredGateway(
    CallModule calls, ProviderCatalog catalog, ConfigurationFollower follower, List<Route> routes)
    implements GatewayRoom {

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
    follower.close();
    calls.close();
    catalog.close();
  }
}
