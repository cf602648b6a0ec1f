package dev.gimbal.gateway.conformance.http;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import javax.net.ssl.SSLSocketFactory;

/// A caller with a connection of its own for each call, which sends bytes and keeps those it gets.
public final class Caller implements AutoCloseable {
  private final Socket socket;
  private final InputStream in;
  private final ByteArrayOutputStream heard = new ByteArrayOutputStream();

  private Caller(Socket socket) throws IOException {
    this.socket = socket;
    this.in = new BufferedInputStream(socket.getInputStream(), 64 << 10);
  }

  /// A request.
  ///
  /// @param headers besides host, length and connection
  public record Outgoing(String method, String target, Map<String, String> headers, byte[] body) {}

  /// Sends a request.
  ///
  /// @param patience how long a silence is borne
  public static Caller call(URI gateway, Outgoing request, Duration patience) throws IOException {
    boolean secure = "https".equals(gateway.getScheme());
    int port = gateway.getPort() >= 0 ? gateway.getPort() : secure ? 443 : 80;
    Socket socket = new Socket();
    socket.connect(new InetSocketAddress(gateway.getHost(), port), (int) patience.toMillis());
    if (secure) {
      SSLSocketFactory factory = (SSLSocketFactory) SSLSocketFactory.getDefault();
      socket = factory.createSocket(socket, gateway.getHost(), port, true);
    }
    socket.setTcpNoDelay(true);
    socket.setSoTimeout((int) patience.toMillis());
    Caller caller = new Caller(socket);
    try {
      caller.send(gateway, request);
    } catch (IOException e) {
      // a gateway may answer and close before it has read everything; what it said is read
    }
    return caller;
  }

  private void send(URI gateway, Outgoing request) throws IOException {
    String base = gateway.getPath() == null ? "" : gateway.getPath().replaceAll("/+$", "");
    StringBuilder head = new StringBuilder();
    head.append(request.method()).append(' ').append(base).append(request.target());
    head.append(" HTTP/1.1\r\nhost: ").append(gateway.getAuthority()).append("\r\n");
    request
        .headers()
        .forEach((name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
    head.append("content-length: ").append(request.body().length);
    head.append("\r\nconnection: close\r\n\r\n");
    OutputStream out = socket.getOutputStream();
    byte[] first = head.toString().getBytes(StandardCharsets.UTF_8);
    byte[] message = new byte[first.length + request.body().length];
    System.arraycopy(first, 0, message, 0, first.length);
    System.arraycopy(request.body(), 0, message, first.length, request.body().length);
    out.write(message);
    out.flush();
  }

  /// Reads until a text came; false if the answer ended or fell silent before.
  public boolean hears(String words) {
    try {
      while (!heard.toString(StandardCharsets.UTF_8).contains(words)) {
        int one = in.read();
        if (one < 0) {
          return false;
        }
        heard.write(one);
      }
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /// Reads the answer to its end. Not to be mixed with [#hears].
  public Got got() {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    String head = "";
    boolean whole = false;
    boolean silent = false;
    try {
      do {
        head = HttpBytes.head(in);
      } while (head.startsWith("HTTP/1.1 100"));
      whole = !head.isEmpty() && body(head, body);
    } catch (SocketTimeoutException e) {
      silent = true;
    } catch (IOException | NumberFormatException e) {
      whole = false;
    }
    if (head.isEmpty()) {
      return new Got(0, Map.of(), new byte[0], false, silent);
    }
    int status = Integer.parseInt(head.substring(9, 12));
    Map<String, String> headers = HttpBytes.headers(head.substring(head.indexOf("\r\n") + 2));
    return new Got(status, headers, body.toByteArray(), whole, silent);
  }

  private boolean body(String head, ByteArrayOutputStream body) throws IOException {
    Map<String, String> headers = HttpBytes.headers(head.substring(head.indexOf("\r\n") + 2));
    if (headers.getOrDefault("transfer-encoding", "").contains("chunked")) {
      return HttpBytes.chunks(in, body);
    }
    String length = headers.get("content-length");
    if (length == null) {
      in.transferTo(body);
      return true;
    }
    HttpBytes.fixed(in, Long.parseLong(length), body);
    return true;
  }

  /// Hangs up, as one who does not want the rest.
  @Override
  public void close() throws IOException {
    socket.close();
  }
}
