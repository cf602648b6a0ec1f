package dev.gimbal.gateway.core.route;

import dev.gimbal.access.api.Principal;
import dev.gimbal.access.api.Rights;
import dev.gimbal.gateway.core.wire.CallScan;
import dev.gimbal.gateway.provider.api.UpstreamRequest.Endpoint;
import dev.gimbal.platform.ids.TenantId;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.UUID;

/// Calls of a service of a tenant, as a router hears of them.
final class RouteCalls {
  static final UUID ID = new UUID(2, 2);

  private RouteCalls() {}

  static Principal caller(TenantId tenant) {
    return new Principal(
        tenant, Principal.Kind.SERVICE, new UUID(1, 1), "k", "developer", Rights.TENANT, null);
  }

  /// @param messages the members of their array
  static RouteCall of(TenantId tenant, String model, String messages) {
    byte[] bytes =
        ("{\"model\":\"" + model + "\",\"messages\":[" + messages + "]}")
            .getBytes(StandardCharsets.UTF_8);
    CallScan scan = new CallScan();
    scan.feed(bytes, 0, bytes.length);
    return new RouteCall(
        caller(tenant),
        ID,
        null,
        Map.of(),
        Endpoint.CHAT_COMPLETIONS,
        scan.finish(),
        Buffer.buffer(bytes),
        () -> null);
  }
}
