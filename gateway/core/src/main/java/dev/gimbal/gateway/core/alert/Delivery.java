package dev.gimbal.gateway.core.alert;

import dev.gimbal.observability.api.Metrics;
import dev.gimbal.platform.database.Database;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Carries alerts from the outbox to their channels, on one virtual thread that looks and some that
/// send. Each alert goes to a channel until it took it once; what a process that was killed had
/// sent and not yet written down is sent again, with the same delivery id. Thread-safe.
final class Delivery implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Delivery.class);

  private final Database database;
  private final AlertStore alerts;
  private final ChannelStore channels;
  private final Outbox outbox;
  private final Map<String, Sender> senders;
  private final Pace pace;
  private final Metrics metrics;
  private final ExecutorService sending =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("alert-", 0).factory());
  private final Thread looking = Thread.ofVirtual().name("alerts").unstarted(this::run);
  private final AtomicBoolean stopped = new AtomicBoolean();

  /// How it goes about it.
  ///
  /// @param every time between two looks
  /// @param atOnce alerts under way at a time
  /// @param deadline of one attempt
  /// @param first pause after the first attempt; it doubles, up to `longest`
  /// @param attempts before it is given up
  record Pace(
      Duration every,
      int atOnce,
      Duration deadline,
      Duration first,
      Duration longest,
      int attempts) {
    /// Given up after about nine hours.
    static final Pace DEFAULT =
        new Pace(
            Duration.ofSeconds(2),
            16,
            Duration.ofSeconds(15),
            Duration.ofSeconds(5),
            Duration.ofHours(1),
            18);

    /// After an attempt: doubles with each, from half to the whole of it by chance.
    Duration pause(int attempt) {
      long most =
          Math.min(longest.toMillis(), first.toMillis() << Math.min(Math.max(attempt - 1, 0), 30));
      return Duration.ofMillis(most / 2 + ThreadLocalRandom.current().nextLong(most / 2 + 1));
    }
  }

  /// What it stands on.
  record Parts(Database database, AlertStore alerts, ChannelStore channels, Metrics metrics) {}

  /// @param senders by kind of channel
  Delivery(Parts parts, Map<String, Sender> senders, Pace pace) {
    this.database = parts.database();
    this.alerts = parts.alerts();
    this.channels = parts.channels();
    this.outbox = new Outbox(database);
    this.metrics = parts.metrics();
    this.senders = Map.copyOf(senders);
    this.pace = pace;
  }

  void start() {
    looking.start();
  }

  /// Looks at once.
  void wake() {
    LockSupport.unpark(looking);
  }

  private void run() {
    while (!stopped.get()) {
      try {
        while (!stopped.get() && round() == pace.atOnce()) {
          // As long as there is more than fits into a round.
        }
      } catch (RuntimeException e) {
        if (!stopped.get()) {
          LOG.warn("alerts could not be looked up; trying again soon", e);
        }
      }
      LockSupport.parkNanos(this, pace.every().toNanos());
    }
  }

  /// Sends what is due; how much that was.
  private int round() {
    // Longer than an attempt can take, or another node would take it as well.
    Duration kept = pace.deadline().multipliedBy(3);
    Duration farthest = pace.longest().compareTo(kept) > 0 ? pace.longest() : kept;
    List<Outbox.Taken> taken =
        outbox.take(pace.atOnce(), kept, farthest.plus(Duration.ofSeconds(1)));
    List<Future<?>> under =
        taken.stream().<Future<?>>map(one -> sending.submit(() -> deliver(one))).toList();
    for (Future<?> one : under) {
      try {
        one.get(pace.deadline().toMillis() * 2, TimeUnit.MILLISECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        stopped.set(true);
        return 0;
      } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
        one.cancel(true);
        LOG.warn("an alert could not be sent; trying again soon", e);
      }
    }
    return taken.size();
  }

  private record Due(@Nullable Alert alert, @Nullable Channel channel) {}

  private void deliver(Outbox.Taken taken) {
    Due due =
        database.asOwner(
            handle ->
                new Due(
                    alerts.find(handle, taken.tenant(), taken.alert()).orElse(null),
                    channels.find(handle, taken.tenant(), taken.channel()).orElse(null)));
    Alert alert = due.alert();
    Channel channel = due.channel();
    if (alert == null || channel == null) {
      outbox.failed(taken, "the channel is gone");
      return;
    }
    String kind = channel.declaration().kind();
    Sender sender = senders.get(kind);
    try {
      if (sender == null) {
        throw new Sender.NotSentException("no way for " + kind);
      }
      sender.send(alert, channel, secret(channel), pace.deadline());
      outbox.sent(taken);
      count(kind, "sent");
    } catch (Sender.NotSentException e) {
      failed(taken, kind, e);
    }
  }

  /// Sends an alert once, now, and keeps nothing of it. Blocks.
  ///
  /// @return what came back
  String probe(Alert alert, Channel channel) throws Sender.NotSentException {
    Sender sender = senders.get(channel.declaration().kind());
    if (sender == null) {
      throw new Sender.NotSentException("no way for " + channel.declaration().kind());
    }
    return sender.send(alert, channel, secret(channel), pace.deadline());
  }

  private @Nullable String secret(Channel channel) throws Sender.NotSentException {
    try {
      return channels.open(channel);
    } catch (IllegalArgumentException | IllegalStateException e) {
      throw new Sender.NotSentException("its secret cannot be read", e);
    }
  }

  private void failed(Outbox.Taken taken, String kind, Sender.NotSentException failure) {
    LOG.warn("an alert did not reach a channel by {}: {}", kind, failure.why());
    if (taken.attempt() >= pace.attempts()) {
      outbox.failed(taken, failure.why());
      count(kind, "failed");
    } else {
      outbox.again(taken, failure.why(), pace.pause(taken.attempt()));
      count(kind, "again");
    }
  }

  private void count(String kind, String outcome) {
    metrics.counter("gimbal.alerts.deliveries", "channel", kind, "outcome", outcome).increment();
  }

  @Override
  public void close() {
    stopped.set(true);
    looking.interrupt();
    sending.shutdownNow();
  }
}
