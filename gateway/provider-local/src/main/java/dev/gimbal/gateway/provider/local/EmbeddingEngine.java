package dev.gimbal.gateway.provider.local;

import ai.onnxruntime.OrtException;
import dev.gimbal.gateway.api.EmbedRequest.Priority;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Runs embedding models on platform threads of its own: native code would pin the carriers of
/// virtual threads. Interactive texts have threads that bulk texts never take; bulk threads run
/// at a lower priority of the operating system, and one of them rests while questions come.
/// Models are loaded at their first use. Thread-safe.
final class EmbeddingEngine implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EmbeddingEngine.class);
  private static final int BULK_NICENESS = 10;

  private final Map<EmbeddingModelFile, EmbeddingSession> sessions = new ConcurrentHashMap<>();
  private final ThreadPoolExecutor interactive;
  private final ThreadPoolExecutor bulk;
  private final Courtesy courtesy;

  EmbeddingEngine(LocalConfig config) {
    this.interactive = pool("embed-interactive-", config.threads(), config.waitingTexts(), 0);
    this.bulk = pool("embed-bulk-", config.threads(), config.waitingTexts(), BULK_NICENESS);
    this.courtesy = new Courtesy(config.threads(), System::nanoTime);
  }

  /// Runs work on a thread of the priority's pool.
  ///
  /// @throws RejectedExecutionException if its queue is full
  void execute(Priority priority, Runnable work) {
    if (priority == Priority.BULK) {
      bulk.execute(() -> runInTurn(work));
    } else {
      courtesy.question();
      interactive.execute(work);
    }
  }

  private void runInTurn(Runnable work) {
    try {
      courtesy.enter();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the engine closes: as if the text still waited
      return;
    }
    try {
      work.run();
    } finally {
      courtesy.leave();
    }
  }

  /// The loaded model; loads it if need be, which takes about half a second.
  ///
  /// @throws ModelUnavailableException if its files or the native library cannot be loaded
  EmbeddingSession session(EmbeddingModelFile model) {
    return sessions.computeIfAbsent(
        model,
        file -> {
          try {
            long start = System.nanoTime();
            EmbeddingSession session = DeepStack.call(() -> new EmbeddingSession(file));
            LOG.info(
                "loaded local/{} in {} ms", file.name(), (System.nanoTime() - start) / 1_000_000);
            return session;
          } catch (ExecutionException e) {
            throw new ModelUnavailableException(
                "local/" + file.name() + " cannot be loaded",
                e.getCause() == null ? e : e.getCause());
          }
        });
  }

  private static ThreadPoolExecutor pool(String prefix, int threads, int waiting, int niceness) {
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            threads,
            threads,
            60,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(waiting),
            Thread.ofPlatform().name(prefix, 0).daemon().factory()) {
          @Override
          protected void beforeExecute(Thread thread, Runnable work) {
            if (niceness > 0 && !Boolean.TRUE.equals(LOWERED.get())) {
              NativeThreads.lowerPriority(niceness);
              LOWERED.set(true);
            }
          }
        };
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }

  private static final ThreadLocal<Boolean> LOWERED = new ThreadLocal<>();

  @Override
  public void close() {
    interactive.shutdownNow();
    bulk.shutdownNow();
    try {
      boolean ended =
          interactive.awaitTermination(5, TimeUnit.SECONDS)
              && bulk.awaitTermination(5, TimeUnit.SECONDS);
      if (!ended) {
        LOG.warn("a model run did not end in 5 s; its memory is left to the end of the process");
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return;
    }
    sessions.forEach(
        (file, session) -> {
          try {
            session.close();
          } catch (OrtException e) {
            LOG.warn("local/{} did not close cleanly", file.name(), e);
          }
        });
  }

  /// The model's files or the native library are not there.
  static final class ModelUnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ModelUnavailableException(String message, Throwable cause) {
      super(message, cause);
    }
  }
}
