package dev.gimbal.gateway.core.alert;

import dev.gimbal.gateway.core.provider.CredentialReference;
import dev.gimbal.observability.api.Metrics;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Alerts on their way, in memory: bounded, and gone with the process. Thread-safe.
final class LocalOutbox implements AutoCloseable {
  /// More than this many on their way wait for nobody any more.
  static final int MOST_WAITING = 1_000;

  private static final Logger LOG = LoggerFactory.getLogger(LocalOutbox.class);

  private final Map<String, Sender> senders;
  private final Delivery.Pace pace;
  private final Metrics metrics;
  private final Clock clock;
  private final Semaphore waiting = new Semaphore(MOST_WAITING);
  private final Semaphore atOnce;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(Thread.ofVirtual().name("alerts-wait").factory());
  private final ExecutorService sending =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("alert-", 0).factory());

  /// @param senders by kind of channel
  LocalOutbox(Map<String, Sender> senders, Delivery.Pace pace, Metrics metrics, Clock clock) {
    this.senders = Map.copyOf(senders);
    this.pace = pace;
    this.metrics = metrics;
    this.clock = clock;
    this.atOnce = new Semaphore(pace.atOnce());
  }

  /// An alert on its way to a channel.
  ///
  /// @param channel asked before each attempt; null: it is gone
  /// @param told how it stands, whenever that changes
  record Due(
      Alert alert,
      String name,
      Supplier<@Nullable Channel> channel,
      Consumer<AlertStore.Sent> told) {
    void tell(String state, int attempts, @Nullable String error, @Nullable Instant end) {
      told.accept(new AlertStore.Sent(name, state, attempts, error, end));
    }
  }

  /// Takes it, or says that too many wait.
  void take(Due due) {
    if (!waiting.tryAcquire()) {
      due.tell("dropped", 0, "too many wait", clock.instant());
      return;
    }
    due.tell("waiting", 0, null, null);
    attempt(due, 1);
  }

  private void attempt(Due due, int number) {
    try {
      sending.execute(() -> deliver(due, number));
    } catch (RejectedExecutionException e) {
      LOG.debug("an alert is lost with the process", e);
    }
  }

  private void deliver(Due due, int number) {
    try {
      atOnce.acquire();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return;
    }
    try {
      send(due, number);
    } catch (RuntimeException e) {
      LOG.warn("an alert could not be sent", e);
      ended(due, "failed", number, "could not be sent");
    } finally {
      atOnce.release();
    }
  }

  private void send(Due due, int number) {
    Channel channel = due.channel.get();
    Sender sender = channel == null ? null : senders.get(channel.declaration().kind());
    if (channel == null || sender == null) {
      ended(due, "failed", number, "the channel is gone");
      return;
    }
    String kind = channel.declaration().kind();
    try {
      sender.send(due.alert, channel, secret(channel), pace.deadline());
      ended(due, "sent", number, null);
      count(kind, "sent");
    } catch (Sender.NotSentException e) {
      LOG.warn("an alert did not reach a channel by {}: {}", kind, e.why());
      if (number >= pace.attempts()) {
        ended(due, "failed", number, e.why());
        count(kind, "failed");
      } else {
        due.tell("waiting", number, e.why(), null);
        count(kind, "again");
        again(due, number);
      }
    }
  }

  @SuppressWarnings("FutureReturnValueIgnored") // what runs there hands on and does not fail
  private void again(Due due, int number) {
    try {
      timer.schedule(
          () -> attempt(due, number + 1), pace.pause(number).toMillis(), TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      LOG.debug("an alert is lost with the process", e);
    }
  }

  private static @Nullable String secret(Channel channel) throws Sender.NotSentException {
    Channel.StoredSecret secret = channel.secret();
    try {
      return secret == null ? null : CredentialReference.read(String.valueOf(secret.reference()));
    } catch (IllegalArgumentException e) {
      throw new Sender.NotSentException("its secret cannot be read", e);
    }
  }

  private void ended(Due due, String state, int attempts, @Nullable String error) {
    waiting.release();
    due.tell(state, attempts, error, clock.instant());
  }

  private void count(String kind, String outcome) {
    metrics.counter("gimbal.alerts.deliveries", "channel", kind, "outcome", outcome).increment();
  }

  @Override
  public void close() {
    timer.shutdownNow();
    sending.shutdownNow();
  }
}
