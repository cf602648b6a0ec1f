package dev.gimbal.gateway.provider.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// An upstream that writes bytes, right or wrong, and remembers those it got. Thread-safe.
final class RawUpstream implements AutoCloseable {
  private final ServerSocket server;
  private final Answering answering;
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();
  private final List<Integer> ofConnection = new CopyOnWriteArrayList<>();
  private final BlockingQueue<String> requests = new LinkedBlockingQueue<>();
  private final BlockingQueue<Integer> closed = new LinkedBlockingQueue<>();
  private final AtomicInteger connections = new AtomicInteger();

  private volatile CountDownLatch bodies = new CountDownLatch(0);
  private volatile boolean headsOnly;

  /// Writes what it likes to a connection that sent a request.
  interface Answering {
    /// @param request its place among all, from 0
    void answer(int request, Socket socket) throws Exception;
  }

  RawUpstream(Answering answering) throws IOException {
    this.answering = answering;
    this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::accept);
  }

  /// One that always writes the same.
  static RawUpstream saying(String... answers) throws IOException {
    return new RawUpstream(
        (request, socket) -> write(socket, answers[Math.min(request, answers.length - 1)]));
  }

  static void write(Socket socket, String text) throws IOException {
    OutputStream out = socket.getOutputStream();
    out.write(text.getBytes(ISO_8859_1));
    out.flush();
  }

  /// An answer with its length.
  static String whole(String body, String... headers) {
    StringBuilder lines = new StringBuilder("HTTP/1.1 200 OK\r\n");
    List.of(headers).forEach(line -> lines.append(line).append("\r\n"));
    return lines + "content-length: " + body.length() + "\r\n\r\n" + body;
  }

  /// Reads no body before that.
  void holdBodiesUntil(CountDownLatch go) {
    bodies = go;
  }

  /// Answers a request when its head is there.
  void answerHeads() {
    headsOnly = true;
  }

  int port() {
    return server.getLocalPort();
  }

  /// How many connections there were.
  int connections() {
    return connections.get();
  }

  /// The connection of each request, from 1.
  List<Integer> ofConnection() {
    return List.copyOf(ofConnection);
  }

  /// The next request as it came, its body without chunks.
  String request() throws InterruptedException {
    String request = requests.poll(10, TimeUnit.SECONDS);
    if (request == null) {
      throw new AssertionError("no request came");
    }
    return request;
  }

  boolean nothingCame() {
    return requests.isEmpty();
  }

  /// The next connection that the client closed.
  int closed() throws InterruptedException {
    Integer connection = closed.poll(10, TimeUnit.SECONDS);
    if (connection == null) {
      throw new AssertionError("no connection was closed");
    }
    return connection;
  }

  private void accept() {
    try {
      while (true) {
        Socket socket = server.accept();
        sockets.add(socket);
        int connection = connections.incrementAndGet();
        Thread.ofVirtual().start(() -> serve(socket, connection));
      }
    } catch (IOException e) {
      // The end of the test.
      sockets.forEach(RawUpstream::end);
    }
  }

  private void serve(Socket socket, int connection) {
    try {
      InputStream in = new BufferedInputStream(socket.getInputStream());
      while (true) {
        String head = readUntil(in, "\r\n\r\n");
        int request = begun(connection);
        bodies.await(10, TimeUnit.SECONDS);
        requests.add(headsOnly ? head : head + body(head.toLowerCase(Locale.ROOT), in));
        answering.answer(request, socket);
      }
    } catch (Exception e) {
      closed.add(connection);
      end(socket);
    }
  }

  private synchronized int begun(int connection) {
    ofConnection.add(connection);
    return ofConnection.size() - 1;
  }

  private static String readUntil(InputStream in, String end) throws IOException {
    StringBuilder text = new StringBuilder();
    while (!text.toString().endsWith(end)) {
      int letter = in.read();
      if (letter < 0) {
        throw new IOException("closed");
      }
      text.append((char) letter);
    }
    return text.toString();
  }

  private static String body(String head, InputStream in) throws IOException {
    int at = head.indexOf("content-length: ");
    if (at >= 0) {
      int length = Integer.parseInt(head.substring(at + 16, head.indexOf('\r', at)));
      return new String(in.readNBytes(length), ISO_8859_1);
    }
    StringBuilder text = new StringBuilder();
    if (head.contains("transfer-encoding: chunked")) {
      int size;
      do {
        size = Integer.parseInt(readUntil(in, "\r\n").trim(), 16);
        text.append(new String(in.readNBytes(size), ISO_8859_1));
        readUntil(in, "\r\n");
      } while (size > 0);
    }
    return text.toString();
  }

  private static void end(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    sockets.forEach(RawUpstream::end);
  }
}
