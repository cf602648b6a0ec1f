package dev.gimbal.gateway.conformance.http;

import dev.gimbal.gateway.conformance.wire.Said;
import dev.gimbal.gateway.conformance.wire.Wire;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// A model's server of one wire on this machine that does what it is told, and keeps the bytes
/// that it got. Lists of models are answered and not kept. Thread-safe.
public final class Upstream implements AutoCloseable {
  private final Wire wire;
  private final ServerSocket server;
  private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition came = lock.newCondition();
  private final List<Received> received = new ArrayList<>();
  private volatile Behaviour behaviour;

  /// @param port 0: any that is free
  public Upstream(Wire wire, int port) {
    this.wire = wire;
    this.behaviour = says(Said.hello());
    try {
      this.server = new ServerSocket();
      server.setReuseAddress(true);
      server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 256);
    } catch (IOException e) {
      throw new UncheckedIOException("no upstream on port " + port, e);
    }
    Thread.ofVirtual().name("upstream-" + wire.label()).start(this::accept);
  }

  public Wire wire() {
    return wire;
  }

  public int port() {
    return server.getLocalPort();
  }

  /// What a gateway must have as the provider's address.
  public String baseUrl() {
    return "http://127.0.0.1:" + port() + (wire == Wire.GEMINI ? "/v1beta" : "/v1");
  }

  /// Answers in the form that is asked for.
  public Behaviour says(Said said) {
    return (request, out) -> {
      if (wire.form().asksStream(request.target(), request.json())) {
        out.stream(wire.form().events(said));
      } else {
        out.json(200, wire.form().answer(said));
      }
    };
  }

  /// Forgets what came and does from now on as told.
  public void plays(Behaviour next) {
    lock.lock();
    try {
      received.clear();
      behaviour = next;
    } finally {
      lock.unlock();
    }
  }

  public List<Received> received() {
    lock.lock();
    try {
      return List.copyOf(received);
    } finally {
      lock.unlock();
    }
  }

  /// Waits until so many calls came; false if they did not in time.
  public boolean awaits(int calls, Duration most) throws InterruptedException {
    long left = most.toNanos();
    lock.lockInterruptibly();
    try {
      while (received.size() < calls && left > 0) {
        left = came.awaitNanos(left);
      }
      return received.size() >= calls;
    } finally {
      lock.unlock();
    }
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        connections.add(socket);
        Thread.ofVirtual().start(() -> serve(socket));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      socket.setTcpNoDelay(true);
      InputStream in = new BufferedInputStream(socket.getInputStream(), 64 << 10);
      OutputStream out = new BufferedOutputStream(socket.getOutputStream());
      while (one(socket, in, out)) {
        // the next call on the connection
      }
    } catch (IOException | RuntimeException e) {
      // the gateway hung up, which the case that was played has noted
    } finally {
      connections.remove(socket);
    }
  }

  private boolean one(Socket socket, InputStream in, OutputStream out) throws IOException {
    String head = HttpBytes.head(in);
    if (head.isEmpty()) {
      return false;
    }
    List<String> request = List.of(head.substring(0, head.indexOf("\r\n")).split(" ", 3));
    Map<String, String> headers = HttpBytes.headers(head.substring(head.indexOf("\r\n") + 2));
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    if (headers.getOrDefault("expect", "").equals("100-continue")) {
      out.write("HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.UTF_8));
      out.flush();
    }
    if (headers.getOrDefault("transfer-encoding", "").contains("chunked")) {
      HttpBytes.chunks(in, body);
    } else {
      HttpBytes.fixed(in, Long.parseLong(headers.getOrDefault("content-length", "0")), body);
    }
    Exchange exchange = new Exchange(socket, in, out);
    if (request.get(0).equals("GET")) {
      exchange.json(200, wire.form().models());
      return true;
    }
    Received call =
        new Received(
            request.get(0), request.get(1), head, body.toByteArray(), new CompletableFuture<>());
    boolean has = wire.form().takes(call.target());
    answer(has ? keep(call) : keep(call, this::unknown), call, exchange);
    return exchange.usable();
  }

  private static void answer(Behaviour played, Received call, Exchange exchange)
      throws IOException {
    try {
      played.answer(call, exchange);
      call.gone().complete(false);
    } catch (IOException e) {
      call.gone().complete(true);
      throw e;
    }
  }

  private void unknown(Received call, Exchange out) throws IOException {
    out.json(404, wire.form().error(404, "There is no path " + call.target()));
  }

  private Behaviour keep(Received call) {
    return keep(call, behaviour);
  }

  private Behaviour keep(Received call, Behaviour next) {
    lock.lock();
    try {
      received.add(call);
      came.signalAll();
      return next;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    try {
      server.close();
      for (Socket socket : connections) {
        socket.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
