package dev.gimbal.platform.http;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What trusted proxies say about the client. Immutable.
final class Forwarded {
  private final List<Network> trusted;

  Forwarded(List<String> trustedProxies) {
    this.trusted = trustedProxies.stream().map(Network::parse).toList();
  }

  /// Whether the client's own connection is encrypted.
  boolean secure(HttpServerRequest request) {
    if (request.isSSL()) {
      return true;
    }
    return fromTrusted(request) && "https".equalsIgnoreCase(request.getHeader("x-forwarded-proto"));
  }

  /// The client's address: the last one in `x-forwarded-for` that no trusted proxy has.
  String client(HttpServerRequest request) {
    String peer = hostOf(request.remoteAddress());
    String header = request.getHeader("x-forwarded-for");
    if (header == null || !fromTrusted(request)) {
      return peer;
    }
    String[] hops = header.split(",");
    for (int at = hops.length - 1; at >= 0; at--) {
      String hop = hops[at].strip();
      InetAddress address = parsed(hop);
      if (address == null) {
        return peer;
      }
      if (trusted.stream().noneMatch(network -> network.contains(address))) {
        return hop;
      }
      peer = hop;
    }
    return peer;
  }

  private boolean fromTrusted(HttpServerRequest request) {
    if (trusted.isEmpty()) {
      return false;
    }
    InetAddress peer = parsed(hostOf(request.remoteAddress()));
    return peer != null && trusted.stream().anyMatch(network -> network.contains(peer));
  }

  private static String hostOf(SocketAddress address) {
    String host = address == null ? null : address.hostAddress();
    return host == null ? "" : host;
  }

  private static @Nullable InetAddress parsed(String literal) {
    try {
      return Network.literal(literal);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }
}
