package dev.gimbal.gateway.core.cache;

import dev.gimbal.access.api.Principal;
import dev.gimbal.gateway.api.EmbedRequest;
import dev.gimbal.gateway.api.Gateway;
import dev.gimbal.gateway.cache.Embedder;
import dev.gimbal.platform.ids.TenantId;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/// Gives the vectors of questions by the models that ship. Thread-safe; nothing blocks, and no more
/// than [#MOST] questions wait at a time: one more is a failure, and so a miss.
public final class QuestionEmbedder implements Embedder, AutoCloseable {
  private static final String ENGLISH = "local/bge-small-en-v1.5";
  private static final String CHINESE = "local/bge-small-zh-v1.5";
  private static final int MOST = 64;

  /// The cache waits less long; behind that the model has the question in vain.
  private static final Duration LONGEST = Duration.ofSeconds(1);

  private final ExecutorService threads =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("cache-", 0).factory());
  private final Semaphore places = new Semaphore(MOST);
  private final Supplier<Gateway> gateway;

  public QuestionEmbedder(Supplier<Gateway> gateway) {
    this.gateway = gateway;
  }

  /// Runs what an event loop has no time for.
  public Executor threads() {
    return threads;
  }

  @Override
  public CompletionStage<float[]> embed(TenantId tenant, String language, String text) {
    if (!places.tryAcquire()) {
      return CompletableFuture.failedFuture(
          new IllegalStateException(MOST + " questions wait for their vectors"));
    }
    EmbedRequest request =
        new EmbedRequest(
            language.equals("zh") ? CHINESE : ENGLISH,
            List.of(text),
            EmbedRequest.Purpose.PASSAGE,
            EmbedRequest.Priority.INTERACTIVE,
            LONGEST,
            null);
    return CompletableFuture.supplyAsync(
            () -> gateway.get().embed(Principal.system(tenant), request).getFirst(), threads)
        .whenComplete((vector, failure) -> places.release());
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
