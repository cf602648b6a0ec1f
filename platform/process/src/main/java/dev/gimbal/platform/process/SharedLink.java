package dev.gimbal.platform.process;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// One process of a shared child from its start to its end. A thread writes, a thread reads; the
/// list of calls is guarded by the owner's lock. Methods marked so need it held.
final class SharedLink {
  private static final byte[] NOTHING = new byte[0];

  private final SharedChild owner;
  private final ChildCommand command;
  private final SharedChildConfig config;
  private final String name;
  private final Object lock;
  private final ExecutorService writer;
  private final Map<Integer, Exchange> calls = new HashMap<>();
  private @Nullable Launch launch;
  private @Nullable DataOutputStream out;
  private int numbers;
  private long idleSince = System.nanoTime();
  private boolean dead;
  private volatile long heard = System.nanoTime();

  SharedLink(
      SharedChild owner, ChildCommand command, SharedChildConfig config, String name, Object lock) {
    this.owner = owner;
    this.command = command;
    this.config = config;
    this.name = name;
    this.lock = lock;
    this.writer =
        Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name(name + "-writer").factory());
  }

  void start() {
    writer.execute(this::launch);
  }

  private void launch() {
    Launch launched;
    try {
      launched = Launch.start(command, config.name());
    } catch (ProcessException e) {
      broken(e);
      return;
    }
    Process process = launched.process();
    synchronized (lock) {
      launch = launched;
      if (dead) {
        launched.kill();
        return;
      }
    }
    out = new DataOutputStream(new BufferedOutputStream(process.getOutputStream()));
    DataInputStream in =
        new DataInputStream(new BufferedInputStream(process.getInputStream(), 1 << 16));
    Thread.ofPlatform().daemon().name(name + "-reader").start(() -> read(process, in));
    Thread.ofPlatform()
        .daemon()
        .name(name + "-errors")
        .start(new ErrorDrain(process.getErrorStream(), name));
  }

  /// With the lock held.
  int running() {
    return calls.size();
  }

  /// With the lock held.
  boolean runs(Exchange exchange) {
    return calls.containsValue(exchange);
  }

  /// With the lock held.
  void send(Exchange exchange) {
    int number = numbers++;
    calls.put(number, exchange);
    write(Frames.REQUEST, number, exchange.request());
  }

  /// With the lock held: tells the child; false if the call does not run here.
  boolean cancel(Exchange exchange) {
    for (Map.Entry<Integer, Exchange> entry : calls.entrySet()) {
      if (entry.getValue().equals(exchange)) {
        write(Frames.CANCEL, entry.getKey(), NOTHING);
        return true;
      }
    }
    return false;
  }

  private void write(byte kind, int number, byte[] payload) {
    writer.execute(
        () -> {
          DataOutputStream to = out;
          if (to == null) {
            return;
          }
          try {
            Frames.write(to, kind, number, payload);
          } catch (IOException e) {
            broken(new ProcessException(ProcessError.CHILD_DIED, "the child closed its pipe", e));
          }
        });
  }

  long silentNanos() {
    return System.nanoTime() - heard;
  }

  /// With the lock held: how long there has been no call; 0 while there is one.
  long idleNanos() {
    return calls.isEmpty() ? System.nanoTime() - idleSince : 0;
  }

  /// With the lock held.
  List<Long> pids() {
    return launch != null && launch.process().isAlive()
        ? List.of(launch.process().pid())
        : List.of();
  }

  private void read(Process process, DataInputStream in) {
    try {
      while (true) {
        Frames.Frame frame =
            Frames.read(in, Integer.BYTES + config.messageBytesAtMost())
                .orElseThrow(() -> new IOException("the pipe ended"));
        heard = System.nanoTime();
        hear(frame);
      }
    } catch (Frames.GarbledException e) {
      broken(
          new ProcessException(
              ProcessError.CHILD_GARBLED, "the child was killed: " + e.getMessage(), e));
    } catch (IOException e) {
      broken(new ProcessException(ProcessError.CHILD_DIED, ending(process), e));
    }
  }

  private void hear(Frames.Frame frame) throws Frames.GarbledException {
    if (frame.kind() != Frames.PART && frame.kind() != Frames.LAST) {
      throw new Frames.GarbledException("an answer of kind " + frame.kind());
    }
    boolean last = frame.kind() == Frames.LAST;
    Exchange exchange;
    synchronized (lock) {
      exchange = last ? calls.remove(frame.number()) : calls.get(frame.number());
      if (last && !dead) {
        idleSince = System.nanoTime();
        owner.admit();
      }
    }
    if (exchange == null) {
      throw new Frames.GarbledException("an answer that nobody asked for");
    }
    byte[] rest = frame.rest();
    if (exchange.count(rest.length) > config.messageBytesAtMost()) {
      exchange.failed(
          new ProcessException(ProcessError.CHILD_GARBLED, "the child's answer is too long"));
      throw new Frames.GarbledException("an answer over " + config.messageBytesAtMost() + " bytes");
    }
    if (last) {
      exchange.last(rest);
    } else {
      exchange.part(rest);
    }
  }

  private static String ending(Process process) {
    try {
      if (process.waitFor(1, TimeUnit.SECONDS)) {
        return "the child ended with exit code " + process.exitValue();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return "the child closed its pipe";
  }

  /// Kills it and fails the calls that ran in it.
  void broken(ProcessException failure) {
    List<Exchange> victims;
    synchronized (lock) {
      if (dead) {
        return;
      }
      victims = List.copyOf(calls.values());
      retire();
      owner.admit();
    }
    victims.forEach(exchange -> exchange.failed(failure));
  }

  /// With the lock held: ends it.
  void retire() {
    dead = true;
    calls.clear();
    owner.forget(this);
    writer.shutdownNow();
    if (launch != null) {
      launch.kill();
    }
  }

  /// Waits a little until the process is gone and its folder with it.
  void awaitEnd() {
    Launch ended;
    synchronized (lock) {
      ended = launch;
    }
    if (ended != null) {
      ended.awaitEnd();
    }
  }
}
