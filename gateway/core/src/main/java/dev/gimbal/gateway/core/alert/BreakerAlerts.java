package dev.gimbal.gateway.core.alert;

import dev.gimbal.gateway.core.provider.ProviderCatalog;
import dev.gimbal.gateway.core.provider.ProviderCatalog.Learnt;
import dev.gimbal.gateway.routing.Health;
import dev.gimbal.platform.ids.TenantId;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Looks every few seconds whether a model's breaker is open: calls do nothing for it. A model that
/// went out of service and came back between two looks is not told. From the first look that finds
/// it open until one finds it closed is one episode, and over nodes one alert an hour. Of a
/// provider of every tenant those tenants are told that declared a channel for it.
final class BreakerAlerts implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(BreakerAlerts.class);
  private static final long EVERY_SECONDS = 5;

  private final AlertModule.Parts parts;
  private final AlertStore alerts;
  private final Set<Open> open = new HashSet<>();
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofVirtual().name("alerts-breakers").factory());

  private record Open(String owner, String model) {}

  BreakerAlerts(AlertModule.Parts parts, AlertStore alerts) {
    this.parts = parts;
    this.alerts = alerts;
  }

  void start() {
    var _ =
        timer.scheduleWithFixedDelay(this::quietly, EVERY_SECONDS, EVERY_SECONDS, TimeUnit.SECONDS);
  }

  private void quietly() {
    try {
      look();
    } catch (RuntimeException e) {
      LOG.warn("breakers could not be looked at; trying again soon", e);
    }
  }

  /// One look at every breaker. For one thread at a time.
  void look() {
    ProviderCatalog catalog = parts.catalog();
    for (Learnt learnt : catalog.learnt()) {
      learnt
          .entry()
          .state()
          .shown()
          .forEach((model, health) -> look(learnt, learnt.name() + "/" + model, health));
    }
  }

  private void look(Learnt learnt, String model, Health.Shown health) {
    TenantId owner = learnt.owner();
    Open one = new Open(owner == null ? "" : owner.toString(), model);
    if (health.state().equals("closed")) {
      open.remove(one);
      return;
    }
    if (!health.state().equals("open") || open.contains(one)) {
      return;
    }
    AlertStore.News news = news(model, health, parts.clock().instant());
    parts
        .database()
        .asOwner(
            handle -> {
              List<TenantId> told = owner == null ? listening(handle) : List.of(owner);
              told.forEach(tenant -> alerts.raise(handle, tenant, news));
              return true;
            });
    open.add(one);
  }

  private static List<TenantId> listening(org.jdbi.v3.core.Handle handle) {
    return handle
        .createQuery(
            """
            SELECT DISTINCT tenant_id FROM gateway.alert_channel
            WHERE jsonb_exists(declaration -> 'alerts', 'provider')
            """)
        .map((row, context) -> new TenantId(row.getObject("tenant_id", UUID.class)))
        .list();
  }

  /// What is told of a model that is out of service.
  static AlertStore.News news(String model, Health.Shown health, Instant now) {
    Map<String, Object> detail = new TreeMap<>();
    detail.put("model", model);
    Health.LastFailure last = health.last();
    if (last != null) {
      detail.put("last_failure", last.failure().kind().name().toLowerCase(Locale.ROOT));
    }
    detail.put("rests_for_seconds", health.restsFor().toSeconds());
    return new AlertStore.News(
        Alert.Kind.PROVIDER,
        model + "@" + now.truncatedTo(ChronoUnit.HOURS),
        model,
        model + " fails so often that it is not called for a time",
        detail,
        now);
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
