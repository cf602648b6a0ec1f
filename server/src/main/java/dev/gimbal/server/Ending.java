package dev.gimbal.server;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What Ctrl-C and SIGTERM do, from the first moment on: work that is under way is interrupted and
/// undoes what it began, a server that runs is closed. Whatever hangs, the process ends: what it
/// acknowledged survives a `kill -9` as well.
final class Ending {
  private static final Logger LOG = LoggerFactory.getLogger(Ending.class);

  /// What a shell shows for a process that a signal ended, less the signal's number.
  private static final int OF_A_SIGNAL = 128;

  private final AtomicBoolean came = new AtomicBoolean();
  private final Thread worker = Thread.currentThread();
  private final CompletableFuture<Optional<AutoCloseable>> done = new CompletableFuture<>();
  private final Duration most;
  private volatile boolean asked;

  private Ending(Duration most) {
    this.most = most;
  }

  /// For the work of this thread, which begins now.
  ///
  /// @param most time that the end may take
  static Ending onSignal(Duration most) {
    Ending ending = new Ending(most);
    if (!Signals.handle(ending::come)) {
      Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().name("stop").unstarted(ending::end));
    }
    return ending;
  }

  /// The work is done and left a server that runs.
  void runs(AutoCloseable server) {
    done.complete(Optional.of(server));
  }

  /// The work is over and left nothing; without effect after [#runs].
  void over() {
    done.complete(Optional.empty());
  }

  /// Whether a signal came.
  boolean asked() {
    return asked;
  }

  /// A second signal changes nothing: the time is bounded already.
  private void come(int signal) {
    if (came.compareAndSet(false, true)) {
      Thread.ofPlatform()
          .name("stop")
          .start(
              () -> {
                boolean clean = end();
                int exit = OF_A_SIGNAL + signal;
                if (clean) {
                  System.exit(exit);
                }
                // What still runs would run into the hooks of the libraries that it uses.
                Runtime.getRuntime().halt(exit);
              });
    }
  }

  /// @return whether nothing runs any more
  private boolean end() {
    long deadline = System.nanoTime() + most.toNanos();
    if (!done.isDone()) {
      asked = true;
      worker.interrupt();
    }
    try {
      Optional<AutoCloseable> server = done.get(most.toNanos(), TimeUnit.NANOSECONDS);
      if (server.isPresent()) {
        return close(server.get(), Duration.ofNanos(Math.max(0, deadline - System.nanoTime())));
      }
      return true;
    } catch (TimeoutException e) {
      LOG.warn("what was under way did not stop within {}; stopped all the same", most);
      return false;
    } catch (ExecutionException e) {
      throw new IllegalStateException("it is never completed so", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static boolean close(AutoCloseable server, Duration most) throws InterruptedException {
    LOG.info("stopping");
    Thread closing =
        Thread.ofPlatform()
            .daemon()
            .name("close")
            .start(
                () -> {
                  try {
                    server.close();
                  } catch (Exception e) {
                    LOG.error("it did not close cleanly", e);
                  }
                });
    if (closing.join(most)) {
      LOG.info("stopped");
      return true;
    }
    LOG.warn("not everything could be closed within {}; stopped all the same", most);
    return false;
  }
}
