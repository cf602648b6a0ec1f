package dev.gimbal.server;

import dev.gimbal.knowledge.core.ingestion.Stages;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// Holds one ingestion at a named stage, so that a test can kill this process or its database right
/// there. Only with `-Dgimbal.pause-file=FILE`: FILE says which stage and the how-manieth time, as
/// in `parsed 2`. Then FILE becomes FILE.reached, and the ingestion goes on when that is gone.
final class StagePause implements Stages {
  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

  private final Path order;
  private final Path reached;
  private final Map<String, Integer> seen = new HashMap<>();

  private StagePause(Path order) {
    this.order = order;
    this.reached = Path.of(order + ".reached");
  }

  static Stages ofProperty() {
    String file = System.getProperty("gimbal.pause-file");
    return file == null ? Stages.NONE : new StagePause(Path.of(file));
  }

  @Override
  public void reached(String stage) {
    try {
      if (due(stage)) {
        while (Files.exists(reached)) {
          LockSupport.parkNanos(LOOK_NANOS);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private synchronized boolean due(String stage) throws IOException {
    if (!Files.exists(order)) {
      seen.clear();
      return false;
    }
    String[] words = Files.readString(order).strip().split(" ");
    if (!words[0].equals(stage)
        || seen.merge(stage, 1, Integer::sum) < Integer.parseInt(words[1])) {
      return false;
    }
    seen.clear();
    Files.move(order, reached, StandardCopyOption.ATOMIC_MOVE);
    return true;
  }
}
