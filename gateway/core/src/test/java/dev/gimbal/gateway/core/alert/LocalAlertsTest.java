package dev.gimbal.gateway.core.alert;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gimbal.gateway.api.Model;
import dev.gimbal.gateway.core.provider.OwnedProvider;
import dev.gimbal.gateway.core.provider.ProviderCatalog;
import dev.gimbal.gateway.limits.Limit;
import dev.gimbal.gateway.limits.Window;
import dev.gimbal.gateway.provider.api.Provider;
import dev.gimbal.gateway.provider.api.UpstreamCall;
import dev.gimbal.gateway.provider.api.UpstreamListener;
import dev.gimbal.gateway.provider.api.UpstreamRequest;
import dev.gimbal.gateway.routing.Failure;
import dev.gimbal.gateway.routing.Health;
import dev.gimbal.observability.api.Metrics;
import dev.gimbal.platform.ids.TenantId;
import dev.gimbal.platform.ids.TimeOrderedIds;
import dev.gimbal.platform.json.Json;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class LocalAlertsTest {
  private static final TenantId TENANT = new TenantId(new UUID(8, 8));
  private static final FileChannel HOOK =
      FileChannel.read(
          Json.read(
              "{\"name\":\"hook\",\"kind\":\"webhook\",\"url\":\"https://example.org/x\"}",
              ObjectNode.class),
          false);
  private static final Delivery.Pace PACE =
      new Delivery.Pace(
          Duration.ofMillis(1),
          2,
          Duration.ofSeconds(5),
          Duration.ofMillis(2),
          Duration.ofMillis(4),
          3);

  private final Clock clock = Clock.fixed(Instant.parse("2026-11-22T12:30:00Z"), ZoneOffset.UTC);
  private final ProviderCatalog catalog = new ProviderCatalog(Map.of());
  private final AtomicLong spent = new AtomicLong();
  private final BlockingQueue<String> sent = new LinkedBlockingQueue<>();
  private final Vertx vertx = Vertx.vertx();

  @AfterEach
  void close() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  private LocalOutbox outbox(Sender sender) {
    return new LocalOutbox(Map.of(Channel.WEBHOOK, sender), PACE, Metrics.NONE, clock);
  }

  private LocalAlerts alerts(Sender sender) {
    LocalAlerts.Parts parts =
        new LocalAlerts.Parts(
            vertx,
            limit -> spent.get(),
            catalog,
            Metrics.NONE,
            clock,
            new TimeOrderedIds(clock),
            true);
    LocalAlerts made = new LocalAlerts(parts, outbox(sender), null);
    Limit limit =
        new Limit(
            new UUID(1, 1),
            TENANT,
            "month",
            Limit.Scope.TENANT,
            Limit.Unit.NANO_USD,
            1_000,
            new Window.Total(),
            true,
            false);
    made.declare(
        Map.of(TENANT, List.of(HOOK)), List.of(new LocalAlerts.Watched(limit, List.of(0.5, 1.0))));
    return made;
  }

  private String keep(Alert alert, Channel channel, @Nullable String secret, Duration deadline) {
    sent.add(alert.title());
    return "kept";
  }

  private String next() throws InterruptedException {
    return String.valueOf(sent.poll(20, TimeUnit.SECONDS));
  }

  @Test
  void shouldTellEachShareOnceAndAgainAfterTheBudgetBegunAnew() throws Exception {
    try (LocalAlerts alerts = alerts(this::keep)) {
      spent.set(499);
      alerts.look();
      spent.set(500);
      alerts.look();
      alerts.look();
      assertThat(next()).isEqualTo("The budget month is spent to 50 %");
      spent.set(460);
      alerts.look();
      spent.set(1_000);
      alerts.look();
      assertThat(next()).isEqualTo("The budget month is spent, and calls are refused");
      spent.set(0);
      alerts.look();
      spent.set(600);
      alerts.look();
      assertThat(next()).isEqualTo("The budget month is spent to 50 %");
      assertThat(sent).isEmpty();
    }
  }

  @Test
  void shouldTellThatAModelIsOutOfServiceOnceAnEpisode() throws Exception {
    OwnedProvider.swapIn(catalog, TENANT, new Mine());
    Health health = catalog.provider(TENANT, "mine").orElseThrow().state().model("large").health();
    try (LocalAlerts alerts = alerts(this::keep)) {
      alerts.look();
      for (int call = 0; call < 30; call++) {
        health.failed(health.began(), Failure.connect(), 1, 0);
      }
      alerts.look();
      alerts.look();
      assertThat(next()).startsWith("mine/large fails so often");
      assertThat(sent).isEmpty();
    }
  }

  @Test
  void shouldTryAgainUntilItIsTakenOrGivenUp() throws Exception {
    AtomicInteger attempts = new AtomicInteger();
    BlockingQueue<AlertStore.Sent> told = new LinkedBlockingQueue<>();
    Sender never =
        (alert, channel, secret, deadline) -> {
          attempts.incrementAndGet();
          throw new Sender.NotSentException("status 500");
        };
    try (LocalOutbox outbox = outbox(never)) {
      outbox.take(due(told));
      assertThat(ended(told)).isEqualTo("failed after 3: status 500");
      assertThat(attempts).hasValue(3);
    }
  }

  @Test
  void shouldSayWhereTooManyWait() throws Exception {
    CountDownLatch gate = new CountDownLatch(1);
    BlockingQueue<AlertStore.Sent> told = new LinkedBlockingQueue<>();
    Sender held =
        (alert, channel, secret, deadline) -> {
          try {
            gate.await(20, TimeUnit.SECONDS);
          } catch (InterruptedException e) {
            throw new Sender.NotSentException("ended", e);
          }
          return "late";
        };
    try (LocalOutbox outbox = outbox(held)) {
      for (int i = 0; i < LocalOutbox.MOST_WAITING; i++) {
        outbox.take(due(told));
      }
      assertThat(told).allMatch(one -> one.state().equals("waiting"));
      told.clear();
      outbox.take(due(told));
      assertThat(told.take().state()).isEqualTo("dropped");
      gate.countDown();
    }
  }

  private LocalOutbox.Due due(BlockingQueue<AlertStore.Sent> told) {
    Alert alert =
        new Alert(
            TENANT,
            new UUID(3, 3),
            Alert.Kind.BUDGET,
            "month",
            "title",
            Map.of(),
            clock.instant(),
            null,
            null);
    return new LocalOutbox.Due(alert, HOOK.name(), () -> HOOK.of(TENANT), told::add);
  }

  private static String ended(BlockingQueue<AlertStore.Sent> told) throws InterruptedException {
    while (true) {
      AlertStore.Sent one = told.poll(20, TimeUnit.SECONDS);
      if (one == null || one.ended() != null) {
        return one == null
            ? "never"
            : one.state() + " after " + one.attempts() + ": " + one.error();
      }
    }
  }

  private static final class Mine implements Provider {
    @Override
    public String name() {
      return "mine";
    }

    @Override
    public List<Model> models() {
      return List.of();
    }

    @Override
    public UpstreamCall start(UpstreamRequest request, UpstreamListener listener) {
      throw new UnsupportedOperationException("nobody calls it");
    }

    @Override
    public void close() {}
  }
}
