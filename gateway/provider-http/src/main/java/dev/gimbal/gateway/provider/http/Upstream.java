package dev.gimbal.gateway.provider.http;

import dev.gimbal.gateway.api.GatewayError;
import dev.gimbal.gateway.api.GatewayException;
import dev.gimbal.gateway.provider.api.AddressRule;
import dev.gimbal.gateway.provider.api.ProviderSettings;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// Where a provider is. Its name is looked up here and nowhere else, and connections go to the very
/// address that was judged: a name that answers differently the second time gains nothing.
/// Thread-safe.
final class Upstream {
  private static final long FRESH_NANOS = Duration.ofSeconds(30).toNanos();
  private static final int HTTPS = 443;
  private static final int HTTP = 80;

  private final Vertx vertx;
  private final boolean allowPrivate;
  private final Names names;
  private final AtomicInteger turn = new AtomicInteger();
  private volatile @Nullable Resolved resolved;

  final String host;
  final int port;
  final boolean tls;
  final String basePath;

  private record Resolved(List<InetSocketAddress> addresses, long at) {}

  /// Looks names up.
  interface Names {
    InetAddress[] find(String host) throws UnknownHostException;
  }

  Upstream(Vertx vertx, ProviderSettings settings) {
    this(vertx, settings, InetAddress::getAllByName);
  }

  Upstream(Vertx vertx, ProviderSettings settings, Names names) {
    this.names = names;
    URI url = settings.baseUrl();
    this.vertx = vertx;
    this.allowPrivate = settings.allowPrivate();
    this.host = bare(hostOf(url));
    this.tls = "https".equalsIgnoreCase(url.getScheme());
    this.port = url.getPort() > 0 ? url.getPort() : tls ? HTTPS : HTTP;
    String path = url.getRawPath() == null ? "" : url.getRawPath();
    this.basePath = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
  }

  /// As a request names it: without the port that stands for the scheme.
  String authority() {
    String name = host.contains(":") ? "[" + host + "]" : host;
    return port == (tls ? HTTPS : HTTP) ? name : name + ":" + port;
  }

  private static String bare(String host) {
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
  }

  private static String hostOf(URI url) {
    if (!"http".equalsIgnoreCase(url.getScheme()) && !"https".equalsIgnoreCase(url.getScheme())) {
      throw invalid("must begin with https:// or http://");
    }
    String authority = url.getRawAuthority();
    if (authority == null || authority.contains("@") || url.getHost() == null) {
      throw invalid("must name a host, and no user");
    }
    if (url.getRawQuery() != null || url.getRawFragment() != null) {
      throw invalid("must have neither ? nor #");
    }
    return url.getHost();
  }

  private static GatewayException invalid(String message) {
    return new GatewayException(GatewayError.FIELD_INVALID, "base_url", message);
  }

  /// The address for the next connection, if the name was looked up not long ago.
  @Nullable InetSocketAddress known() {
    Resolved known = resolved;
    return known != null && System.nanoTime() - known.at < FRESH_NANOS
        ? pick(known.addresses)
        : null;
  }

  /// The address for the next connection.
  Future<InetSocketAddress> address() {
    InetSocketAddress known = known();
    return known != null
        ? Future.succeededFuture(known)
        : vertx
            .executeBlocking(this::resolve, false)
            .map(found -> pick(Objects.requireNonNull(found)));
  }

  /// Looks the name up and judges what it finds. Blocks.
  List<InetSocketAddress> resolve() {
    InetAddress[] found;
    try {
      found = names.find(host);
    } catch (UnknownHostException e) {
      throw new GatewayException(
          GatewayError.UPSTREAM_FAILED, "The provider's host " + host + " is unknown.", null, e);
    }
    List<InetSocketAddress> allowed =
        Arrays.stream(found)
            .filter(a -> allowPrivate || AddressRule.isPublic(a))
            .map(a -> new InetSocketAddress(a, port))
            .toList();
    if (allowed.isEmpty()) {
      throw new GatewayException(
          GatewayError.UPSTREAM_FORBIDDEN,
          "The provider's address is private; gateway.allow-private-upstreams would allow it.");
    }
    resolved = new Resolved(allowed, System.nanoTime());
    return allowed;
  }

  /// A connection failed: the next one tries the next address.
  void unreachable() {
    turn.incrementAndGet();
  }

  private InetSocketAddress pick(List<InetSocketAddress> addresses) {
    return addresses.get(Math.floorMod(turn.get(), addresses.size()));
  }
}
