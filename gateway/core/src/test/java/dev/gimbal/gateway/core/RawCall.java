package dev.gimbal.gateway.core;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/// A caller that can hang up at any moment.
final class RawCall implements AutoCloseable {
  private final Socket socket;

  RawCall(int port, String body) throws IOException {
    this(port, "/v1/chat/completions", body);
  }

  RawCall(int port, String path, String body) throws IOException {
    this(port, path, body, body.getBytes(StandardCharsets.UTF_8).length);
  }

  /// Announces more than it sends.
  static RawCall withLength(int port, String body, int length) throws IOException {
    return new RawCall(port, "/v1/chat/completions", body, length);
  }

  /// With a header line, as UTF-8.
  static RawCall withHeader(int port, String body, String line) throws IOException {
    int length = body.getBytes(StandardCharsets.UTF_8).length;
    return new RawCall(port, "/v1/chat/completions", line + "\r\n", body, length);
  }

  private RawCall(int port, String path, String body, int length) throws IOException {
    this(port, path, "", body, length);
  }

  private RawCall(int port, String path, String headers, String body, int length)
      throws IOException {
    socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setSoTimeout(20_000);
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    String head =
        "POST "
            + path
            + " HTTP/1.1\r\nhost: x\r\nauthorization: Bearer "
            + House.KEY
            + "\r\n"
            + headers
            + "content-length: "
            + length
            + "\r\n\r\n";
    socket.getOutputStream().write(head.getBytes(StandardCharsets.UTF_8));
    socket.getOutputStream().write(bytes);
    socket.getOutputStream().flush();
  }

  /// Reads until the text was seen, and answers all that was read.
  String readUntil(String text) throws IOException {
    InputStream in = socket.getInputStream();
    StringBuilder read = new StringBuilder();
    while (read.indexOf(text) < 0) {
      int next = in.read();
      if (next < 0) {
        return read.toString();
      }
      read.append((char) next);
    }
    return read.toString();
  }

  void hangUp() throws IOException {
    socket.close();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
