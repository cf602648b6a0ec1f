package dev.gimbal.platform.process;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.List;

/// A process with a child that works without end; the test kills the process.
final class ParentThatDies {
  private ParentThatDies() {}

  public static void main(String[] arguments) {
    ChildPool pool =
        ChildPool.create(
            ChildPoolConfig.DEFAULT, ChildCommand.java(HostileChild.class, 32, List.of(), 0));
    byte[] pid = pool.call("pid".getBytes(UTF_8), Duration.ofSeconds(60));
    System.out.println(new String(pid, UTF_8));
    System.out.flush();
    pool.call("spin".getBytes(UTF_8), Duration.ofMinutes(5));
  }
}
