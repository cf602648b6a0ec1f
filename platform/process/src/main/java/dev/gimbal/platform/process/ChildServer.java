package dev.gimbal.platform.process;

import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.LinkedTransferQueue;

/// The child's side: its `main` calls [#serve] and nothing else. One request at a time, on the
/// calling thread. The process halts as soon as its parent closes the pipe or dies, whatever
/// it is doing then.
public final class ChildServer {
  /// Our own requests; the parent bounds them, so this only keeps nonsense out.
  private static final int REQUEST_BYTES_AT_MOST = 1 << 30;

  /// Answers a request.
  @FunctionalInterface
  public interface Handler {
    /// @param answer takes parts of the answer; what is returned is its last part
    /// @throws IOException if the parent is gone
    byte[] handle(byte[] request, Answer answer) throws IOException;
  }

  /// Where parts of an answer go.
  @FunctionalInterface
  public interface Answer {
    /// Sends a part; waits while the parent is behind.
    void part(byte[] part) throws IOException;
  }

  private ChildServer() {}

  /// Serves until the parent closes the pipe; does not return. What the handler's code prints
  /// to `System.out` goes to standard error, so that it does not spoil the protocol. An
  /// exception or error of the handler ends the process with exit code 3.
  public static void serve(Handler handler) {
    DataOutputStream out =
        new DataOutputStream(
            new BufferedOutputStream(new FileOutputStream(FileDescriptor.out), 1 << 16));
    System.setOut(System.err);
    LinkedTransferQueue<byte[]> requests = new LinkedTransferQueue<>();
    Thread reader = new Thread(() -> receive(requests), "child-requests");
    reader.setDaemon(true);
    reader.start();
    try {
      while (true) {
        byte[] last = handler.handle(requests.take(), part -> Frames.write(out, Frames.PART, part));
        Frames.write(out, Frames.LAST, last);
      }
    } catch (Throwable end) {
      end.printStackTrace();
      Runtime.getRuntime().halt(3);
    }
  }

  private static void receive(LinkedTransferQueue<byte[]> requests) {
    DataInputStream in = new DataInputStream(new FileInputStream(FileDescriptor.in));
    int code = 0;
    try {
      while (true) {
        Optional<Frames.Frame> frame = Frames.read(in, REQUEST_BYTES_AT_MOST);
        if (frame.isEmpty()) {
          break;
        }
        requests.put(frame.get().payload());
      }
    } catch (IOException | OutOfMemoryError e) {
      code = 4;
    }
    Runtime.getRuntime().halt(code);
  }
}
