package dev.gimbal.platform.process;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;

/// A child of many requests that does what each says.
final class SharedHostileChild {
  private static final CountDownLatch MET = new CountDownLatch(2);

  private SharedHostileChild() {}

  public static void main(String[] arguments) {
    SharedChildServer.serve(SharedHostileChild::handle);
  }

  private static byte[] handle(byte[] request, SharedChildServer.Answer answer) throws IOException {
    String wish = new String(request, UTF_8);
    switch (wish) {
      case "meet" -> meet();
      case "until-cancelled" -> untilCancelled(answer);
      case "hang" -> {
        answer.part("hanging".getBytes(UTF_8));
        hang();
      }
      case "exit" -> Runtime.getRuntime().halt(7);
      case "throw" -> throw new IllegalStateException("as asked");
      case "garbage" -> garbage();
      case "flood" -> flood(answer);
      case "parts" -> {
        answer.part("one".getBytes(UTF_8));
        answer.part("two".getBytes(UTF_8));
      }
      default -> {
        // an echo, below
      }
    }
    return wish.getBytes(UTF_8);
  }

  private static void meet() {
    MET.countDown();
    try {
      MET.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void untilCancelled(SharedChildServer.Answer answer) throws IOException {
    answer.part("begun".getBytes(UTF_8));
    while (!answer.cancelled()) {
      LockSupport.parkNanos(1_000_000);
    }
  }

  private static void hang() {
    while (true) {
      LockSupport.park();
    }
  }

  private static void garbage() throws IOException {
    try (FileOutputStream out = new FileOutputStream(FileDescriptor.out)) {
      out.write("this is no frame at all".getBytes(UTF_8));
      out.flush();
      hang();
    }
  }

  private static void flood(SharedChildServer.Answer answer) throws IOException {
    while (true) {
      answer.part(new byte[64 << 10]);
    }
  }
}
