package dev.gimbal.gateway.provider.http;

import io.netty.channel.EventLoop;
import java.net.InetSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The connections of one event loop to one endpoint: at most so many to an address, so many calls
/// waiting for one, and idle ones for so long. The one that was used last is used next. On its
/// event loop, but for [#close].
final class ConnectionPool {
  private static final long SWEEP_MILLIS = 1_000;

  private final HttpProviderConfig config;
  private final Dialer dialer;
  private final EventLoop loop;
  private final Map<InetSocketAddress, Line> lines = new HashMap<>();
  private boolean sweeping;
  private boolean closed;

  /// Who waits for a connection.
  interface Wanted {
    void opened(Connection connection);

    void unreachable(Throwable cause);
  }

  /// Every connection is taken, and so is every place to wait for one.
  static final class BusyException extends Exception {
    private static final long serialVersionUID = 1L;

    BusyException() {
      super("every connection is taken", null, false, false);
    }
  }

  /// The connections to one address.
  private static final class Line {
    final ArrayDeque<Connection> idle = new ArrayDeque<>();
    final LinkedHashSet<Wanted> waiting = new LinkedHashSet<>();
    int open;
    int dialling;

    boolean empty() {
      return open == 0 && waiting.isEmpty();
    }
  }

  ConnectionPool(HttpProviderConfig config, Dialer dialer, EventLoop loop) {
    this.config = config;
    this.dialer = dialer;
    this.loop = loop;
  }

  /// A kept connection; null if there is none, then [#open].
  @Nullable Connection idle(InetSocketAddress address) {
    Line line = lines.get(address);
    if (line == null) {
      return null;
    }
    long now = System.nanoTime();
    while (!line.idle.isEmpty()) {
      Connection last = line.idle.pop();
      if (last.usable() && !last.expired(now)) {
        return last;
      }
      last.close();
    }
    return null;
  }

  /// Tells, maybe at once, of a new connection, or of one that another call gave back meanwhile.
  void open(InetSocketAddress address, Wanted wanted) {
    Line line = lines.computeIfAbsent(address, first -> new Line());
    boolean full = line.open >= config.connections();
    if (full && line.waiting.size() - line.dialling >= config.waiting()) {
      wanted.unreachable(new BusyException());
      return;
    }
    line.waiting.add(wanted);
    dial(address, line);
  }

  /// Waits no longer.
  void forget(InetSocketAddress address, Wanted wanted) {
    Line line = lines.get(address);
    if (line != null) {
      line.waiting.remove(wanted);
    }
  }

  private void dial(InetSocketAddress address, Line line) {
    while (line.waiting.size() > line.dialling && line.open < config.connections()) {
      line.open++;
      line.dialling++;
      Connection made = new Connection(this, address, config.keepAlive().toNanos());
      dialer.dial(loop, address, made, this::dialled);
    }
  }

  private void dialled(Connection made, @Nullable Throwable failure) {
    Line line = lines.get(made.address());
    if (line == null) {
      made.close();
      return;
    }
    line.dialling--;
    if (failure == null && made.usable()) {
      give(made, line);
      return;
    }
    Wanted first = line.waiting.isEmpty() ? null : line.waiting.removeFirst();
    if (made.wasConnected()) {
      // It says itself that it is closed, if it did not.
      made.close();
    } else {
      left(made.address(), line);
    }
    if (first != null) {
      first.unreachable(failure == null ? new ClosedChannelException() : failure);
    }
  }

  /// The answer on it came whole, and nothing else.
  void back(Connection connection) {
    Line line = lines.get(connection.address());
    if (line == null || !connection.usable()) {
      connection.close();
    } else {
      give(connection, line);
    }
  }

  private void give(Connection connection, Line line) {
    if (!line.waiting.isEmpty()) {
      line.waiting.removeFirst().opened(connection);
    } else if (closed) {
      connection.close();
    } else {
      connection.idle();
      line.idle.push(connection);
      sweepLater();
    }
  }

  /// A connection that was there is gone.
  void closed(Connection connection) {
    Line line = lines.get(connection.address());
    if (line != null) {
      line.idle.remove(connection);
      left(connection.address(), line);
    }
  }

  private void left(InetSocketAddress address, Line line) {
    line.open--;
    if (line.empty()) {
      lines.remove(address);
    } else {
      dial(address, line);
    }
  }

  private void sweepLater() {
    if (!sweeping) {
      sweeping = true;
      var _ = loop.schedule(this::sweep, SWEEP_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  /// Closes what nobody used for too long: those lie last.
  private void sweep() {
    sweeping = false;
    long now = System.nanoTime();
    for (Line line : List.copyOf(lines.values())) {
      for (Connection oldest : List.copyOf(line.idle).reversed()) {
        if (closed || oldest.expired(now)) {
          oldest.retire();
        }
      }
    }
    if (lines.values().stream().anyMatch(line -> !line.idle.isEmpty())) {
      sweepLater();
    }
  }

  /// Keeps no connection any more: idle ones go now, others when their call ends. From any thread.
  /// A loop that ends closes its connections itself.
  void close() {
    if (!loop.isShuttingDown()) {
      loop.execute(
          () -> {
            closed = true;
            sweep();
          });
    }
  }
}
