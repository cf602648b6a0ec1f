package dev.gimbal.platform.process;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/// A child that does what its request says, most of it bad.
final class HostileChild {
  private HostileChild() {}

  public static void main(String[] arguments) {
    ChildServer.serve(HostileChild::handle);
  }

  private static byte[] handle(byte[] request, ChildServer.Answer answer) throws IOException {
    String wish = new String(request, UTF_8);
    switch (wish) {
      case "hang" -> hang();
      case "spin" -> spin();
      case "exit" -> Runtime.getRuntime().halt(7);
      case "throw" -> throw new IllegalStateException("as asked");
      case "print" -> System.out.println("a library that prints");
      case "garbage" -> garbage();
      case "flood" -> flood(answer);
      case "flood-errors" -> floodErrors();
      case "allocate" -> allocate();
      case "parts" -> {
        answer.part("one".getBytes(UTF_8));
        answer.part("two".getBytes(UTF_8));
      }
      case "environment" -> {
        return System.getenv().keySet().stream().sorted().toList().toString().getBytes(UTF_8);
      }
      case "folder" -> {
        return System.getProperty("user.dir").getBytes(UTF_8);
      }
      case "pid" -> {
        return Long.toString(ProcessHandle.current().pid()).getBytes(UTF_8);
      }
      default -> {
        // an echo, below
      }
    }
    return wish.getBytes(UTF_8);
  }

  private static void hang() {
    while (true) {
      LockSupport.park();
    }
  }

  private static void spin() {
    while (true) {
      Thread.onSpinWait();
    }
  }

  private static void garbage() throws IOException {
    try (FileOutputStream out = new FileOutputStream(FileDescriptor.out)) {
      out.write("this is no frame at all".getBytes(UTF_8));
      out.flush();
      hang();
    }
  }

  private static void flood(ChildServer.Answer answer) throws IOException {
    while (true) {
      answer.part(new byte[64 << 10]);
    }
  }

  private static void floodErrors() {
    for (int i = 0; i < 200_000; i++) {
      System.err.println("noise noise noise noise " + i);
    }
  }

  private static void allocate() {
    List<byte[]> all = new ArrayList<>();
    while (all.stream().mapToLong(bytes -> bytes.length).sum() >= 0) {
      all.add(new byte[1 << 20]);
    }
  }
}
