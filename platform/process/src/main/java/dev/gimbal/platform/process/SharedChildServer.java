package dev.gimbal.platform.process;

import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// The side of a child that answers many requests at once: its `main` calls [#serve] and nothing
/// else. The process halts as soon as its parent closes the pipe or dies, whatever it is doing.
public final class SharedChildServer {
  private static final int REQUEST_BYTES_AT_MOST = 1 << 30;

  private final Handler handler;
  private final DataOutputStream out =
      new DataOutputStream(
          new BufferedOutputStream(new FileOutputStream(FileDescriptor.out), 1 << 16));
  private final Map<Integer, Running> running = new ConcurrentHashMap<>();

  /// Answers a request, on a platform thread of its own; the parent bounds how many there are.
  @FunctionalInterface
  public interface Handler {
    /// @param answer takes parts of the answer; what is returned is its last part
    /// @throws IOException if the parent is gone
    byte[] handle(byte[] request, Answer answer) throws IOException;
  }

  /// Where parts of an answer go.
  public interface Answer {
    /// Sends a part; waits while the parent is behind.
    void part(byte[] part) throws IOException;

    /// Whether the parent gave the call up: the handler should return soon, with anything.
    boolean cancelled();
  }

  private SharedChildServer(Handler handler) {
    this.handler = handler;
  }

  /// Serves until the parent closes the pipe; does not return. What the handler's code prints to
  /// `System.out` goes to standard error. An exception or error of the handler ends the process
  /// with exit code 3.
  public static void serve(Handler handler) {
    SharedChildServer server = new SharedChildServer(handler);
    System.setOut(System.err);
    int code = 0;
    try {
      server.receive(new DataInputStream(new FileInputStream(FileDescriptor.in)));
    } catch (IOException | OutOfMemoryError e) {
      code = 4;
    }
    Runtime.getRuntime().halt(code);
  }

  private void receive(DataInputStream in) throws IOException {
    while (true) {
      Optional<Frames.Frame> next = Frames.read(in, REQUEST_BYTES_AT_MOST);
      if (next.isEmpty()) {
        return;
      }
      Frames.Frame frame = next.get();
      int number = frame.number();
      if (frame.kind() == Frames.CANCEL) {
        Running call = running.get(number);
        if (call != null) {
          call.cancelled = true;
        }
      } else {
        Running call = new Running(number);
        running.put(number, call);
        byte[] request = frame.rest();
        Thread.ofPlatform().daemon().name("call-" + number).start(() -> answer(call, request));
      }
    }
  }

  private void answer(Running call, byte[] request) {
    try {
      byte[] last = handler.handle(request, call);
      running.remove(call.number);
      write(Frames.LAST, call.number, last);
    } catch (Throwable end) {
      end.printStackTrace();
      Runtime.getRuntime().halt(3);
    }
  }

  private void write(byte kind, int number, byte[] payload) throws IOException {
    synchronized (out) {
      Frames.write(out, kind, number, payload);
    }
  }

  private final class Running implements Answer {
    private final int number;
    private volatile boolean cancelled;

    Running(int number) {
      this.number = number;
    }

    @Override
    public void part(byte[] part) throws IOException {
      write(Frames.PART, number, part);
    }

    @Override
    public boolean cancelled() {
      return cancelled;
    }
  }
}
