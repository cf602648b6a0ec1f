package dev.gimbal.gateway.core.alert;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gimbal.gateway.api.Model;
import dev.gimbal.gateway.core.provider.OwnedProvider;
import dev.gimbal.gateway.core.provider.ProviderCatalog;
import dev.gimbal.gateway.provider.api.Provider;
import dev.gimbal.gateway.provider.api.UpstreamCall;
import dev.gimbal.gateway.provider.api.UpstreamListener;
import dev.gimbal.gateway.provider.api.UpstreamRequest;
import dev.gimbal.gateway.routing.Failure;
import dev.gimbal.gateway.routing.Health;
import dev.gimbal.observability.api.Metrics;
import dev.gimbal.platform.database.Database;
import dev.gimbal.platform.database.testing.TestDatabase;
import dev.gimbal.platform.ids.TenantId;
import dev.gimbal.platform.ids.TimeOrderedIds;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

final class BreakerAlertsIT {
  private static final TenantId TENANT = new TenantId(new UUID(8, 8));
  private final Clock clock = Clock.fixed(Instant.parse("2026-11-22T12:30:00Z"), ZoneOffset.UTC);
  private final ProviderCatalog catalog = new ProviderCatalog(Map.of());

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

  private BreakerAlerts watch(Vertx vertx, Database database) {
    TimeOrderedIds ids = new TimeOrderedIds(clock);
    return new BreakerAlerts(
        new AlertModule.Parts(
            vertx, database, (t, who, a, s, d) -> {}, Metrics.NONE, catalog, clock, ids, true),
        new AlertStore(ids));
  }

  private static List<String> titles(Database database) {
    return database.asOwner(
        handle ->
            handle
                .createQuery("SELECT tenant_id::text || ' ' || subject FROM gateway.alert")
                .mapTo(String.class)
                .list());
  }

  @Test
  void shouldTellAnEpisodeOnceThoughSeveralNodesSeeIt() throws Exception {
    Vertx vertx = Vertx.vertx();
    OwnedProvider.swapIn(catalog, TENANT, new Mine());
    Health health = catalog.provider(TENANT, "mine").orElseThrow().state().model("large").health();
    try (TestDatabase database = TestDatabase.fresh();
        BreakerAlerts one = watch(vertx, database);
        BreakerAlerts other = watch(vertx, database)) {
      database.migrate("gateway");
      one.look();
      assertThat(titles(database)).isEmpty();

      for (int call = 0; call < 30; call++) {
        health.failed(health.began(), Failure.connect(), 1, 0);
      }
      one.look();
      one.look();
      other.look();
      assertThat(titles(database)).containsExactly(TENANT.value() + " mine/large");
    } finally {
      vertx.close().toCompletionStage().toCompletableFuture().join();
    }
  }
}
