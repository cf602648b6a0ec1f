package dev.gimbal.gateway.core.guard;

import dev.gimbal.gateway.guard.GuardRule;
import dev.gimbal.gateway.guard.GuardSession.Slow;
import dev.gimbal.gateway.guard.SlowJudge;
import dev.gimbal.gateway.guard.SlowVerdict;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The threads of slow guards: one bounded pool a kind, so that a server that does not answer
/// keeps no classifier waiting. What does not fit, or is late, counts as failed. Thread-safe.
final class GuardPools implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(GuardPools.class);
  private static final int WAITING = 256;
  private static final int SERVERS = 32;
  private static final int MODELS = 16;

  private final SlowJudge judge;
  private final NameFinder names;
  private final ThreadPoolExecutor schemas = pool("guard-schema", 1, WAITING);
  private final ThreadPoolExecutor classifiers =
      pool("guard-classifier", Math.max(1, Runtime.getRuntime().availableProcessors()), WAITING);
  private final ThreadPoolExecutor servers = pool("guard-http", SERVERS, WAITING);
  private final ThreadPoolExecutor models = pool("guard-model", MODELS, WAITING);
  private final ThreadPoolExecutor bodies = pool("guard-body", 2, 64);

  /// Without a model to ask.
  GuardPools(SlowJudge judge) {
    this(judge, new NameFinder(null));
  }

  GuardPools(SlowJudge judge, NameFinder names) {
    this.judge = judge;
    this.names = names;
  }

  private static ThreadPoolExecutor pool(String name, int threads, int waiting) {
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            threads,
            threads,
            30,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(waiting),
            Thread.ofPlatform().daemon().name(name + "-", 0).factory());
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }

  /// For bodies that are too large for a loop.
  Executor bodies() {
    return bodies;
  }

  /// Completes on the call's loop, never exceptionally, within the guard's deadline.
  CompletionStage<SlowVerdict> ask(Slow guard, String text, GuardedCall call) {
    if (guard.guard().rule() instanceof GuardRule.Pii && names.asksFor(call.parent())) {
      return CompletableFuture.completedFuture(SlowVerdict.PASSED);
    }
    CompletableFuture<SlowVerdict> said = new CompletableFuture<>();
    try {
      of(guard.guard().rule()).execute(() -> judge(guard, text, call, said));
    } catch (RejectedExecutionException e) {
      said.complete(new SlowVerdict.Failed("too many texts wait"));
    }
    return said.completeOnTimeout(
            new SlowVerdict.Failed("it took longer than its deadline"),
            guard.guard().deadlineMillis(),
            TimeUnit.MILLISECONDS)
        .thenApplyAsync(verdict -> verdict, call.loop());
  }

  private void judge(
      Slow guard, String text, GuardedCall call, CompletableFuture<SlowVerdict> said) {
    if (said.isDone()) {
      return;
    }
    try {
      Duration within = Duration.ofMillis(guard.guard().deadlineMillis());
      said.complete(
          guard.guard().rule() instanceof GuardRule.Pii pii
              ? names.find(call, pii, text, within)
              : judge.judge(guard.guard(), guard.place(), text));
    } catch (RuntimeException e) {
      LOG.warn("guard {} failed: {}", guard.guard().name(), e.getClass().getName());
      said.complete(new SlowVerdict.Failed("it failed"));
    }
  }

  private ThreadPoolExecutor of(GuardRule rule) {
    return switch (rule) {
      case GuardRule.Http http -> servers;
      case GuardRule.JsonSchema schema -> schemas;
      case GuardRule.Injection injection -> classifiers;
      case GuardRule.Topic topic -> classifiers;
      case GuardRule.Pii pii -> models;
      case GuardRule.Secrets secrets -> classifiers;
      case GuardRule.Deny deny -> classifiers;
      case GuardRule.Length length -> classifiers;
      case GuardRule.Language language -> classifiers;
    };
  }

  @Override
  public void close() {
    schemas.shutdownNow();
    classifiers.shutdownNow();
    servers.shutdownNow();
    models.shutdownNow();
    bodies.shutdownNow();
  }
}
