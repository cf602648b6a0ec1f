package dev.gimbal.gateway.core.routes;

import dev.gimbal.access.api.Principal;
import dev.gimbal.gateway.core.alert.FileChannel;
import dev.gimbal.gateway.core.alert.LocalAlerts;
import dev.gimbal.gateway.core.cache.RoutePolicy;
import dev.gimbal.gateway.core.guard.DeclaredGuard;
import dev.gimbal.gateway.core.price.DatedPrice;
import dev.gimbal.gateway.core.provider.FileProviders;
import dev.gimbal.gateway.core.route.RouteShape;
import dev.gimbal.gateway.limits.Limit;
import dev.gimbal.gateway.routing.RouteDeclaration;
import dev.gimbal.platform.ids.TenantId;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// All that a file declares for a gateway without a database: checked, its references followed.
/// Immutable.
///
/// @param keys of all tenants
/// @param providers of all tenants
public record GatewayFile(
    List<Key> keys, List<FileProviders.Ready> providers, Map<TenantId, Tenant> tenants) {
  public GatewayFile {
    keys = List.copyOf(keys);
    providers = List.copyOf(providers);
    tenants = Map.copyOf(tenants);
  }

  /// A key.
  ///
  /// @param hash SHA-256 of its text
  /// @param expiresAt null: never
  public record Key(Principal principal, byte[] hash, @Nullable Instant expiresAt) {
    @Override
    public String toString() {
      return "Key[" + principal.name() + "]";
    }
  }

  /// What a tenant has.
  ///
  /// @param limits of its budgets and limits alike
  /// @param cache policies by route
  /// @param watched budgets of which somebody is told
  public record Tenant(
      List<DatedPrice> prices,
      Map<String, RouteDeclaration> routes,
      List<RouteShape> shapes,
      List<Limit> limits,
      List<DeclaredGuard> guards,
      Map<String, RoutePolicy> cache,
      List<LocalAlerts.Watched> watched,
      List<FileChannel> channels) {
    public Tenant {
      prices = List.copyOf(prices);
      routes = Map.copyOf(routes);
      shapes = List.copyOf(shapes);
      limits = List.copyOf(limits);
      guards = List.copyOf(guards);
      cache = Map.copyOf(cache);
      watched = List.copyOf(watched);
      channels = List.copyOf(channels);
    }
  }
}
