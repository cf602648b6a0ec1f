package dev.gimbal.server;

import dev.gimbal.platform.errors.FileFailure;
import dev.gimbal.platform.errors.GimbalException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Instant;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A file that is read again whenever it changes, and when somebody asks for it. What cannot
/// be used is said and changes nothing. Thread-safe.
final class FollowedFile implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(FollowedFile.class);
  private static final long LOOK_MILLIS = 500;

  private final Path file;
  private final Consumer<String> taken;
  private final Clock clock;
  private final Semaphore asked = new Semaphore(0);
  private @Nullable Stamp seen;
  private volatile boolean closed;
  private volatile State state;

  /// How it stands.
  ///
  /// @param taken when it was last taken
  /// @param refused what is wrong with it as it lies there; null: nothing
  record State(String file, Instant taken, @Nullable String refused) {}

  private record Stamp(FileTime written, long bytes, @Nullable Object key) {}

  private FollowedFile(Path file, Consumer<String> taken, Clock clock) {
    this.file = file;
    this.taken = taken;
    this.clock = clock;
    this.state = new State(file.toString(), clock.instant(), null);
  }

  /// Reads it and follows it from there.
  ///
  /// @param taken throws a [GimbalException] for what it cannot use
  /// @throws GimbalException if what lies there cannot be used
  /// @throws IOException if it cannot be read
  static FollowedFile start(Path file, Consumer<String> taken, Clock clock) throws IOException {
    FollowedFile followed = new FollowedFile(file, taken, clock);
    followed.seen = followed.stamp();
    taken.accept(Files.readString(file));
    Thread.ofVirtual().name("gateway-file").start(followed::follow);
    return followed;
  }

  State state() {
    return state;
  }

  /// Reads it soon, changed or not: what it refers to may have changed.
  void readAgain() {
    asked.release();
  }

  private void follow() {
    try {
      while (!closed) {
        boolean wanted = asked.tryAcquire(LOOK_MILLIS, TimeUnit.MILLISECONDS);
        asked.drainPermits();
        if (!closed) {
          look(wanted);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void look(boolean wanted) {
    try {
      Stamp now = stamp();
      if (!wanted && now.equals(seen)) {
        return;
      }
      String text = Files.readString(file);
      if (!stamp().equals(now)) {
        return; // It is being written: the next look finds it whole.
      }
      seen = now;
      if (text.isBlank()) {
        refuse("is empty");
        return;
      }
      taken.accept(text);
      state = new State(file.toString(), clock.instant(), null);
      LOG.info("{} was read again", file);
    } catch (GimbalException e) {
      refuse(String.valueOf(e.getMessage()));
    } catch (IOException e) {
      refuse("cannot be read: " + FileFailure.reason(e));
    } catch (RuntimeException e) {
      LOG.error("{} cannot be taken; what was declared before stays", file, e);
      refuse("cannot be taken: " + e.getClass().getSimpleName());
    }
  }

  private void refuse(String why) {
    if (!why.equals(state.refused())) {
      LOG.warn("{} is wrong; what was declared before stays:\n{}", file, why);
    }
    state = new State(file.toString(), state.taken(), why);
  }

  private Stamp stamp() throws IOException {
    BasicFileAttributes found = Files.readAttributes(file, BasicFileAttributes.class);
    return new Stamp(found.lastModifiedTime(), found.size(), found.fileKey());
  }

  @Override
  public void close() {
    closed = true;
    asked.release();
  }
}
