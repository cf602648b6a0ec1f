package dev.gimbal.server.e2e;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// An upstream that answers bytes as they are given, so that both ways can be compared byte for
/// byte. What has no script is never answered. Thread-safe.
final class RawUpstream implements AutoCloseable {
  private static final Pattern LENGTH =
      Pattern.compile("content-length: *([0-9]+)", Pattern.CASE_INSENSITIVE);

  private static final Pattern MODEL = Pattern.compile("\"model\" *: *\"([^\"]*)\"");

  private final ServerSocket socket;
  private final Map<String, byte[]> answers = new ConcurrentHashMap<>();
  private final List<Received> received = new CopyOnWriteArrayList<>();

  /// One request.
  ///
  /// @param gone completes when the caller closes the connection
  record Received(String head, byte[] body, CompletableFuture<Void> gone) {
    String text() {
      return new String(body, UTF_8);
    }
  }

  private RawUpstream(ServerSocket socket) {
    this.socket = socket;
  }

  static RawUpstream start() throws IOException {
    RawUpstream upstream =
        new RawUpstream(new ServerSocket(0, 64, InetAddress.getLoopbackAddress()));
    Thread.ofVirtual().name("raw-upstream").start(upstream::accept);
    return upstream;
  }

  String baseUrl() {
    return "http://127.0.0.1:" + socket.getLocalPort() + "/v1";
  }

  /// What a model answers from now on: headers, each with its line end, and the body.
  void answer(String model, String status, String headers, byte[] body) {
    String head = "HTTP/1.1 " + status + "\r\nconnection: close\r\n" + headers + "\r\n";
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(head.getBytes(ISO_8859_1));
    bytes.writeBytes(body);
    answers.put(model, bytes.toByteArray());
  }

  /// The calls of a model so far, oldest first.
  List<Received> received(String model) {
    return received.stream().filter(one -> model(one.body).equals(model)).toList();
  }

  private void accept() {
    while (!socket.isClosed()) {
      try {
        Socket caller = socket.accept();
        Thread.ofVirtual().start(() -> serve(caller));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void serve(Socket caller) {
    try (caller) {
      InputStream in = caller.getInputStream();
      ByteArrayOutputStream head = new ByteArrayOutputStream();
      while (!head.toString(ISO_8859_1).endsWith("\r\n\r\n")) {
        int next = in.read();
        if (next < 0) {
          return;
        }
        head.write(next);
      }
      Matcher length = LENGTH.matcher(head.toString(ISO_8859_1));
      byte[] body = in.readNBytes(length.find() ? Integer.parseInt(length.group(1)) : 0);
      Received one = new Received(head.toString(ISO_8859_1), body, new CompletableFuture<>());
      received.add(one);
      byte[] answer = answers.get(model(body));
      if (answer != null) {
        caller.getOutputStream().write(answer);
        caller.shutdownOutput();
      }
      while (in.read() >= 0) {
        // Only the end matters.
      }
      one.gone.complete(null);
    } catch (IOException e) {
      received.forEach(one -> one.gone.complete(null));
    }
  }

  /// By eye: a body may be larger than what a parser takes.
  private static String model(byte[] body) {
    Matcher model = MODEL.matcher(new String(body, ISO_8859_1));
    return model.find() ? model.group(1) : "";
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
