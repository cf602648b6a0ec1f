package dev.gimbal.platform.process;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One running child. A thread of its own does all blocking reading and writing, so the
/// caller waits on a queue: with its deadline, interruptible, on a virtual thread without
/// holding a carrier. The caller kills the process when it gives up, which ends that thread's
/// reading or writing.
final class Child {
  private static final int PARTS_IN_FLIGHT = 8;

  private final Launch launch;
  private final Process process;
  private final int bytesAtMost;
  private final DataOutputStream out;
  private final DataInputStream in;
  private final ExecutorService pump;
  private int requests;
  private long idleSince = System.nanoTime();
  private volatile boolean killed;

  private sealed interface Event {
    record Part(byte[] payload, boolean last) implements Event {}

    record Broken(ProcessError error, IOException cause) implements Event {}
  }

  Child(Launch launch, String name, int bytesAtMost) {
    this.launch = launch;
    this.process = launch.process();
    this.bytesAtMost = bytesAtMost;
    this.out = new DataOutputStream(new BufferedOutputStream(process.getOutputStream()));
    this.in = new DataInputStream(new BufferedInputStream(process.getInputStream(), 1 << 16));
    this.pump =
        Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().name(name).factory());
    Thread.ofPlatform()
        .daemon()
        .name(name + "-errors")
        .start(new ErrorDrain(process.getErrorStream(), name));
  }

  /// Sends the request and hands each part of the answer to `parts` on the calling thread.
  /// After any exception the child is dead.
  void exchange(byte[] request, long deadlineNanos, Consumer<byte[]> parts) {
    boolean answered = false;
    try {
      requests++;
      BlockingQueue<Event> events = new ArrayBlockingQueue<>(PARTS_IN_FLIGHT);
      pump.execute(() -> pump(request, events));
      boolean last = false;
      while (!last) {
        Event event = events.poll(deadlineNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
        last = take(event, parts);
      }
      answered = true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ProcessException(
          ProcessError.CHILD_INTERRUPTED, "interrupted while a child worked", e);
    } catch (RejectedExecutionException e) {
      throw new ProcessException(ProcessError.CHILDREN_CLOSED, "the pool is closed", e);
    } finally {
      if (!answered) {
        kill();
      }
    }
    idleSince = System.nanoTime();
  }

  private boolean take(@Nullable Event event, Consumer<byte[]> parts) {
    return switch (event) {
      case null ->
          throw new ProcessException(
              ProcessError.CHILD_TIMED_OUT, "the child passed its deadline and was killed");
      case Event.Part(byte[] payload, boolean last) -> {
        parts.accept(payload);
        yield last;
      }
      case Event.Broken(ProcessError error, IOException cause) ->
          throw new ProcessException(error, describe(error, cause), cause);
    };
  }

  private String describe(ProcessError error, IOException cause) {
    if (error == ProcessError.CHILD_GARBLED) {
      return "the child was killed: " + cause.getMessage();
    }
    return exitCode()
        .map(code -> "the child ended with exit code " + code)
        .orElse("the child closed its pipe");
  }

  private Optional<Integer> exitCode() {
    try {
      return process.waitFor(1, TimeUnit.SECONDS)
          ? Optional.of(process.exitValue())
          : Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  private void pump(byte[] request, BlockingQueue<Event> events) {
    try {
      events.put(converse(request, events));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Event converse(byte[] request, BlockingQueue<Event> events) throws InterruptedException {
    try {
      Frames.write(out, Frames.REQUEST, request);
      int left = bytesAtMost;
      while (true) {
        Frames.Frame frame =
            Frames.read(in, left).orElseThrow(() -> new IOException("the pipe ended"));
        if (frame.kind() == Frames.LAST) {
          return new Event.Part(frame.payload(), true);
        }
        if (frame.kind() != Frames.PART) {
          throw new Frames.GarbledException("an answer of kind " + frame.kind());
        }
        left -= frame.payload().length;
        events.put(new Event.Part(frame.payload(), false));
      }
    } catch (Frames.GarbledException e) {
      return new Event.Broken(ProcessError.CHILD_GARBLED, e);
    } catch (IOException e) {
      return new Event.Broken(ProcessError.CHILD_DIED, e);
    }
  }

  int requests() {
    return requests;
  }

  long idleNanos() {
    return System.nanoTime() - idleSince;
  }

  boolean alive() {
    return !killed && process.isAlive();
  }

  long pid() {
    return process.pid();
  }

  /// Ends the process and all that it started, at once.
  void kill() {
    killed = true;
    launch.kill();
    pump.shutdownNow();
  }
}
