package dev.gimbal.knowledge.core.ingestion;

import dev.gimbal.access.api.Principal;
import dev.gimbal.gateway.api.EmbedRequest;
import dev.gimbal.gateway.api.GatewayError;
import dev.gimbal.gateway.api.GatewayException;
import dev.gimbal.knowledge.core.settings.KnowledgeConfig;
import dev.gimbal.knowledge.core.store.Hash;
import dev.gimbal.knowledge.core.store.PassageStore;
import dev.gimbal.knowledge.core.store.StoredChunk;
import dev.gimbal.observability.api.TraceContext;
import dev.gimbal.platform.ids.TenantId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/// Embeds the chunks of one job's documents. Documents hand chunks in and wait; some threads gather
/// them, whichever document they come from, into full calls and store what comes back, so that the
/// embedder is fed steadily however small the documents are. What waits is bounded: documents block
/// when it is full. A crash loses at most the calls that were under way.
final class Embedder implements AutoCloseable {
  private static final Duration DEADLINE = Duration.ofMinutes(5);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(15);
  private static final int WAITING_CALLS = 4;
  private static final String STOPPED = "the job was asked to stop";

  private final Parts parts;
  private final Turns turns;
  private final KnowledgeConfig.Ingestion config;
  private final Semaphore calls;
  private final Pause pause;
  private final TenantId tenant;
  private final String owner;
  private final TraceContext trace;
  private final BooleanSupplier stopped;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Map<String, ArrayDeque<Waiting>> waiting = new LinkedHashMap<>();
  private final List<Thread> threads = new ArrayList<>();
  private int size;
  private boolean closed;

  /// @param turns for the database
  /// @param calls how many calls may run on this node, over all jobs
  /// @param owner who the job is for
  /// @param stopped whether the job was asked to stop: asked before each call
  Embedder(
      Parts parts,
      Turns turns,
      Semaphore calls,
      Pause pause,
      TenantId tenant,
      String owner,
      TraceContext trace,
      BooleanSupplier stopped) {
    this.parts = parts;
    this.turns = turns;
    this.config = parts.config().ingestion();
    this.calls = calls;
    this.pause = pause;
    this.tenant = tenant;
    this.owner = owner;
    this.trace = trace;
    this.stopped = stopped;
  }

  void start() {
    for (int thread = 0; thread < config.embeddingCalls(); thread++) {
      threads.add(
          Thread.ofPlatform()
              .daemon()
              .name("ingestion-embed-", thread)
              .start(() -> ScopedValue.where(TraceContext.CURRENT, trace).run(this::work)));
    }
  }

  /// Embeds chunks and waits until their vectors are stored.
  ///
  /// @throws GatewayException if the model cannot be used
  void embed(List<StoredChunk> chunks) throws InterruptedException {
    List<CompletableFuture<Void>> ends = new ArrayList<>();
    for (StoredChunk chunk : chunks) {
      ends.add(submit(chunk));
    }
    for (CompletableFuture<Void> end : ends) {
      try {
        end.get();
      } catch (CancellationException e) {
        throw new InterruptedException(STOPPED);
      } catch (ExecutionException e) {
        throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e);
      }
    }
  }

  private CompletableFuture<Void> submit(StoredChunk chunk) throws InterruptedException {
    Waiting one = new Waiting(chunk, new CompletableFuture<>());
    lock.lockInterruptibly();
    try {
      while (size >= WAITING_CALLS * config.embeddingBatch() && !closed) {
        changed.await();
      }
      if (closed) {
        throw new InterruptedException(STOPPED);
      }
      waiting.computeIfAbsent(chunk.model(), model -> new ArrayDeque<>()).add(one);
      size++;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    return one.end();
  }

  private void work() {
    try {
      for (List<Waiting> batch = next(); !batch.isEmpty(); batch = next()) {
        calls.acquire();
        try {
          if (stopped.getAsBoolean()) {
            abandon(batch);
            return;
          }
          call(batch);
        } finally {
          calls.release();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// The job was asked to stop: what waits, and who would hand in more, is told so.
  private void abandon(List<Waiting> batch) {
    lock.lock();
    try {
      closed = true;
      waiting.values().forEach(batch::addAll);
      waiting.clear();
      size = 0;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    batch.forEach(one -> one.end().cancel(false));
  }

  /// The next call's texts, all of one model; empty when closed.
  private List<Waiting> next() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (size == 0 && !closed) {
        changed.await();
      }
      return closed ? List.of() : take();
    } finally {
      lock.unlock();
    }
  }

  private List<Waiting> take() {
    Map.Entry<String, ArrayDeque<Waiting>> longest =
        waiting.entrySet().stream()
            .max(Map.Entry.comparingByValue(java.util.Comparator.comparingInt(ArrayDeque::size)))
            .orElseThrow();
    List<Waiting> batch = new ArrayList<>();
    while (batch.size() < config.embeddingBatch() && !longest.getValue().isEmpty()) {
      batch.add(longest.getValue().remove());
    }
    size -= batch.size();
    changed.signalAll();
    return batch;
  }

  private void call(List<Waiting> batch) throws InterruptedException {
    try {
      store(batch, embedPatiently(batch));
      batch.forEach(one -> one.end().complete(null));
    } catch (GatewayException e) {
      if (batch.size() > 1 && aboutOneText(e)) {
        for (Waiting one : batch) {
          call(List.of(one));
        }
      } else {
        batch.forEach(one -> one.end().completeExceptionally(e));
      }
    } catch (RuntimeException e) {
      batch.forEach(one -> one.end().completeExceptionally(e));
    }
  }

  /// One text that a model refuses must not fail the documents of the others.
  private static boolean aboutOneText(GatewayException e) {
    return e.errorCode() == GatewayError.FIELD_INVALID
        || e.errorCode() == GatewayError.UPSTREAM_REFUSED;
  }

  private List<float[]> embedPatiently(List<Waiting> batch) throws InterruptedException {
    Instant until = parts.clock().instant().plusSeconds(config.patienceSeconds());
    Duration wait = Duration.ofMillis(500);
    while (true) {
      try {
        return embedOnce(batch);
      } catch (GatewayException e) {
        Duration next = e.retryAfter().orElse(wait);
        if (!e.errorCode().retryable() || parts.clock().instant().plus(next).isAfter(until)) {
          throw e;
        }
        pause.sleep(next);
        wait =
            wait.multipliedBy(2).compareTo(LONGEST_PAUSE) > 0
                ? LONGEST_PAUSE
                : wait.multipliedBy(2);
      }
    }
  }

  private List<float[]> embedOnce(List<Waiting> batch) {
    List<String> texts =
        batch.stream()
            .map(one -> PassageStore.embedded(one.chunk().context(), one.chunk().text()))
            .toList();
    List<float[]> vectors =
        parts
            .gateway()
            .embed(
                Principal.system(tenant),
                new EmbedRequest(
                    batch.getFirst().chunk().model(),
                    texts,
                    EmbedRequest.Purpose.PASSAGE,
                    EmbedRequest.Priority.BULK,
                    DEADLINE,
                    owner));
    if (vectors.size() != batch.size()) {
      throw new GatewayException(
          GatewayError.UPSTREAM_FAILED,
          "the model gave " + vectors.size() + " vectors for " + batch.size() + " texts");
    }
    return vectors;
  }

  private void store(List<Waiting> batch, List<float[]> vectors) {
    Map<Hash, float[]> byHash = new HashMap<>();
    for (int at = 0; at < batch.size(); at++) {
      byHash.put(batch.get(at).chunk().hash(), vectors.get(at));
    }
    turns.inTransaction(
        tenant,
        transaction -> {
          parts.passages().putVectors(transaction, batch.getFirst().chunk().model(), byHash);
          return true;
        });
  }

  /// Ends the threads; what still waits is not embedded.
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    threads.forEach(Thread::interrupt);
  }

  private record Waiting(StoredChunk chunk, CompletableFuture<Void> end) {}
}
