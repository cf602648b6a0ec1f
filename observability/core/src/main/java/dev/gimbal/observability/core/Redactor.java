package dev.gimbal.observability.core;

import dev.gimbal.observability.api.ContentRecord;
import dev.gimbal.observability.api.SpanRecord;
import dev.gimbal.observability.core.journal.Journal;
import dev.gimbal.observability.core.redaction.Redaction;
import dev.gimbal.observability.core.redaction.Redaction.Redacted;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Stands before the journal where contents are redacted, so that no disk ever has more than what
/// is kept. One thread looks at one thing at a time; what waits is bounded, and beyond the bound
/// contents and spans are dropped and counted, as under any overload. Calls pass it by.
/// Thread-safe.
final class Redactor implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Redactor.class);
  private static final long MOST_BYTES = 16L << 20;
  private static final int RECORD_BYTES = 600;
  private static final Duration CLOSE = Duration.ofSeconds(10);

  private final Journal journal;
  private final LinkedBlockingQueue<Work> waiting = new LinkedBlockingQueue<>();
  private final AtomicLong waitingBytes = new AtomicLong();
  private final Thread thread = Thread.ofPlatform().name("content-redactor").unstarted(this::run);
  private volatile boolean closing;
  private volatile boolean stopped;

  private sealed interface Work {
    record Content(ContentRecord content) implements Work {}

    record Step(SpanRecord span) implements Work {}

    record Marker(CompletableFuture<Void> passed) implements Work {}

    record End() implements Work {}
  }

  Redactor(Journal journal) {
    this.journal = journal;
  }

  /// The thread that looks at what is said, for measuring.
  Thread thread() {
    return thread;
  }

  /// Starts the thread; the journal must have been started.
  void start() {
    thread.start();
  }

  /// Hands content on to the journal, redacted.
  void content(ContentRecord content) {
    offer(new Work.Content(content));
  }

  /// Hands a step on to the journal, its text redacted.
  void span(SpanRecord span) {
    if (span.text() == null) {
      journal.span(span);
    } else {
      offer(new Work.Step(span));
    }
  }

  /// Completes when everything that was taken before has been handed on.
  CompletableFuture<Void> passed() {
    if (waitingBytes.get() == 0) {
      return CompletableFuture.completedFuture(null);
    }
    Work.Marker marker = new Work.Marker(new CompletableFuture<>());
    waiting.add(marker);
    if (stopped) {
      marker.passed.complete(null);
    }
    return marker.passed;
  }

  /// Hands on what waits, then ends the thread; after some seconds it gives up what is left.
  @Override
  public void close() {
    closing = true;
    if (thread.getState() == Thread.State.NEW) {
      return;
    }
    waiting.add(new Work.End());
    try {
      if (!thread.join(CLOSE)) {
        LOG.warn("contents that waited to be redacted are given up");
        thread.interrupt();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void offer(Work work) {
    long bytes = bytes(work);
    if (closing || waitingBytes.get() + bytes > MOST_BYTES) {
      journal.drop();
      return;
    }
    waitingBytes.addAndGet(bytes);
    waiting.add(work);
  }

  private void run() {
    try {
      boolean more = true;
      while (more) {
        more = pass(waiting.take());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      stopped = true;
      waiting.forEach(this::giveUp);
    }
  }

  private boolean pass(Work work) {
    try {
      switch (work) {
        case Work.Content said -> pass(said.content);
        case Work.Step step -> pass(step.span);
        case Work.Marker marker -> marker.passed.complete(null);
        case Work.End end -> {
          return false;
        }
      }
    } finally {
      waitingBytes.addAndGet(-bytes(work));
    }
    return true;
  }

  private void pass(ContentRecord said) {
    Redacted left;
    try {
      left = Redaction.body(said.body(), said.complete());
    } catch (RuntimeException e) {
      LOG.error("a body could not be redacted and is hashed: {}", e.getClass().getName());
      left = Redaction.hashed(said.body(), "could not be redacted");
    }
    journal.content(
        new ContentRecord(
            said.tenant(),
            said.id(),
            said.direction(),
            left.body(),
            said.complete() && !left.hashed(),
            left.hashed()));
  }

  private void pass(SpanRecord span) {
    String text = span.text();
    try {
      journal.span(span.withText(text == null ? null : Redaction.text(text)));
    } catch (RuntimeException e) {
      LOG.error("a text could not be redacted and is dropped: {}", e.getClass().getName());
      journal.span(span.withText(null));
    }
  }

  private void giveUp(Work work) {
    switch (work) {
      case Work.Content said -> journal.drop();
      case Work.Step step -> journal.drop();
      case Work.Marker marker -> marker.passed.complete(null);
      case Work.End end -> {}
    }
  }

  private static long bytes(Work work) {
    return switch (work) {
      case Work.Content said -> RECORD_BYTES + said.content.body().length;
      case Work.Step step -> {
        String text = step.span.text();
        yield RECORD_BYTES + (text == null ? 0L : text.length() * 2L);
      }
      case Work.Marker marker -> 0;
      case Work.End end -> 0;
    };
  }
}
