package dev.gimbal.gateway.core.wire;

import dev.gimbal.gateway.provider.api.AddressRule;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;

/// A server that a tenant named by a URL, for what is asked of it now and then. Its name is looked
/// up here and nowhere else, and the connection goes to the very address that was judged.
public final class NamedServer {
  private NamedServer() {}

  /// The server has no address that may be called.
  public static final class PrivateException extends Exception {
    private static final long serialVersionUID = 1L;

    PrivateException() {
      super("has a private address: gateway.allow-private-upstreams is off");
    }
  }

  /// A POST of JSON. Blocks while the name is looked up.
  ///
  /// @param allowPrivate whether loopback, link-local and private addresses may be called
  /// @throws IllegalArgumentException if the URL names no host, or a user
  public static RequestOptions post(URI url, boolean allowPrivate, Duration deadline)
      throws UnknownHostException, PrivateException {
    String host = url.getHost();
    if (host == null || url.getUserInfo() != null) {
      throw new IllegalArgumentException("url: must name a host, and no user");
    }
    boolean tls = "https".equalsIgnoreCase(url.getScheme());
    int port = url.getPort() > 0 ? url.getPort() : tls ? 443 : 80;
    String path = url.getRawPath() == null || url.getRawPath().isEmpty() ? "/" : url.getRawPath();
    String query = url.getRawQuery() == null ? "" : "?" + url.getRawQuery();
    InetSocketAddress address = new InetSocketAddress(judged(host, allowPrivate), port);
    return new RequestOptions()
        .setMethod(HttpMethod.POST)
        .setServer(SocketAddress.inetSocketAddress(address))
        .setHost(host)
        .setPort(port)
        .setSsl(tls)
        .setURI(path + query)
        .setTimeout(deadline.toMillis())
        .putHeader("content-type", "application/json");
  }

  private static InetAddress judged(String host, boolean allowPrivate)
      throws UnknownHostException, PrivateException {
    for (InetAddress address : InetAddress.getAllByName(host)) {
      if (allowPrivate || AddressRule.isPublic(address)) {
        return address;
      }
    }
    throw new PrivateException();
  }
}
