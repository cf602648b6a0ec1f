package dev.gimbal.gateway.conformance.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/// The answering side of one call at an upstream. For the connection's thread only.
public final class Exchange {
  private static final String JSON = "application/json";

  private final Socket socket;
  private final InputStream in;
  private final OutputStream out;
  private boolean usable = true;

  Exchange(Socket socket, InputStream in, OutputStream out) {
    this.socket = socket;
    this.in = in;
    this.out = out;
  }

  /// Whether the connection can take another call.
  boolean usable() {
    return usable;
  }

  public void json(int status, Object body) throws IOException {
    whole(status, Map.of("content-type", JSON), bytes(String.valueOf(body)));
  }

  public void whole(int status, Map<String, String> headers, byte[] body) throws IOException {
    StringBuilder head = head(status, headers).append("content-length: ").append(body.length);
    out.write(bytes(head.append("\r\n\r\n").toString()));
    out.write(body);
    out.flush();
  }

  /// Says that more bytes come than do, and closes.
  public void truncated(byte[] body) throws IOException {
    StringBuilder head = head(200, Map.of("content-type", JSON));
    out.write(
        bytes(
            head.append("content-length: ").append(body.length * 2).append("\r\n\r\n").toString()));
    out.write(body);
    out.flush();
    close();
  }

  /// Begins a stream of events.
  public void begin() throws IOException {
    begin(Map.of("content-type", "text/event-stream"));
  }

  /// Begins an answer in chunks.
  public void begin(Map<String, String> headers) throws IOException {
    StringBuilder head = head(200, headers).append("transfer-encoding: chunked\r\n\r\n");
    out.write(bytes(head.toString()));
    out.flush();
  }

  /// A chunk, on its way at once.
  public void send(String text) throws IOException {
    send(bytes(text));
  }

  public void send(byte[] piece) throws IOException {
    out.write(bytes(Integer.toHexString(piece.length) + "\r\n"));
    out.write(piece);
    out.write(bytes("\r\n"));
    out.flush();
  }

  public void send(List<String> events) throws IOException {
    for (String event : events) {
      send(event);
    }
  }

  /// Ends an answer in chunks.
  public void end() throws IOException {
    out.write(bytes("0\r\n\r\n"));
    out.flush();
  }

  /// A whole stream.
  public void stream(List<String> events) throws IOException {
    begin();
    send(events);
    end();
  }

  /// Closes the connection without an end.
  public void close() throws IOException {
    usable = false;
    socket.close();
  }

  /// Resets the connection.
  public void reset() throws IOException {
    usable = false;
    socket.setSoLinger(true, 0);
    socket.close();
  }

  /// Does nothing for a time; ends early when the gateway closes the connection, and says so.
  public boolean pause(Duration time) throws IOException {
    socket.setSoTimeout((int) time.toMillis());
    try {
      boolean gone = in.read() < 0;
      usable = false;
      return gone;
    } catch (SocketTimeoutException e) {
      return false;
    } catch (IOException e) {
      usable = false;
      return true;
    } finally {
      if (!socket.isClosed()) {
        socket.setSoTimeout(0);
      }
    }
  }

  private static StringBuilder head(int status, Map<String, String> headers) {
    StringBuilder head = new StringBuilder("HTTP/1.1 " + status + " judged\r\n");
    headers.forEach((name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
    return head;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
