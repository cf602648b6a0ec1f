package dev.gimbal.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FollowedFileTest {

  @Test
  void shouldKeepWhatWasDeclaredWhileTheFileIsEmpty(@TempDir Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve("gateway.yaml"), "keys: []");
    BlockingQueue<String> taken = new LinkedBlockingQueue<>();
    try (FollowedFile followed = FollowedFile.start(file, taken::add, Clock.systemUTC())) {
      assertThat(taken.poll()).isEqualTo("keys: []");
      Files.writeString(file, "");
      long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
      while (followed.state().refused() == null && System.nanoTime() < until) {
        Thread.onSpinWait();
      }
      assertThat(followed.state().refused()).isEqualTo("is empty");
      assertThat(taken).isEmpty();

      Files.writeString(file, "routes: []");
      assertThat(taken.poll(20, TimeUnit.SECONDS)).isEqualTo("routes: []");
    }
  }
}
