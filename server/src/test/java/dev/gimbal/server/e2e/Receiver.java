package dev.gimbal.server.e2e;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Queue;
import java.util.zip.GZIPInputStream;

/// Takes whatever is posted.
final class Receiver implements AutoCloseable {
  private final HttpServer http;

  private Receiver(HttpServer http) {
    this.http = http;
  }

  /// @param bodies where they are put; thread-safe
  static Receiver start(Queue<byte[]> bodies) throws IOException {
    HttpServer http =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    http.createContext(
        "/",
        exchange -> {
          boolean packed = "gzip".equals(exchange.getRequestHeaders().getFirst("content-encoding"));
          InputStream body = exchange.getRequestBody();
          bodies.add((packed ? new GZIPInputStream(body) : body).readAllBytes());
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    http.start();
    return new Receiver(http);
  }

  String url() {
    return "http://127.0.0.1:" + http.getAddress().getPort();
  }

  @Override
  public void close() {
    http.stop(0);
  }
}
